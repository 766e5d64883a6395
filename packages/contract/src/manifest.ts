/** Version of the format of manifests. */
export const MANIFEST_VERSION = 1

/**
 * All that a client needs to know of its server besides the type of its routes: plain JSON, safe to publish, made by
 * `toManifest(routes)` and `keelson manifest`.
 *
 * A route is one line of words: method, path pattern (with `?rest` for `*rest?`), then as needed
 * - `201` a success status (several: several words; none: `200`; `2xx`: any, for a route without `response`),
 *   `200:text/csv` one whose body is of these media types (none: JSON; `304:*`: any, as of middleware), `202:-` one without
 *   a body, `200::-` one whose JSON may be missing,
 * - `text/csv` the media type of its body (none: JSON; several: one of them, by what the value is),
 * - `ORDER_CLOSED` the code of an error that it declares.
 *
 * @example
 * const manifest: Manifest = {
 *   version: 1,
 *   hash: '4bKq0cZ1mWw',
 *   routes: { 'orders.show': 'GET /orders/:id UNAUTHORIZED', 'orders.create': 'POST /orders 201 UNAUTHORIZED ORDER_CLOSED' },
 * }
 */
export interface Manifest {
  /** Version of the format; 1. */
  readonly version: number
  /** Changes when any line changes; their order does not count. */
  readonly hash: string
  /** Operation id to line. */
  readonly routes: { readonly [name: string]: string }
}

/** One line of a manifest, parsed. */
export interface ManifestRoute {
  /** Operation id. */
  readonly name: string
  readonly method: string
  /** Static text, then for each param its mark (`:`, `*`, or `?` for a rest that may be empty), its name and the static text after it. */
  readonly path: readonly string[]
  /** Media types that the request's body may have. */
  readonly mediaTypes: readonly string[]
  /**
   * Media types that a status is declared with: `''` JSON, `'text/csv:text/plain'`, `'-'` no body, `':-'` JSON or no body,
   * `'*'` anything; `undefined` for a status that it does not declare.
   */
  readonly typesOf: (status: number) => string | undefined
  /** Whether it declares the code of an error. */
  isDeclared(code: string): boolean
}

/**
 * Parses the line of one route of a {@link Manifest}.
 *
 * @param name - operation id
 * @example
 * readManifestRoute('orders.show', 'GET /orders/:id').method // => GET
 */
export function readManifestRoute(name: string, line: string): ManifestRoute {
  const [method = '', pattern = '', ...words] = line.split(' ')
  const statuses = words.filter((word) => /^\d/.test(word))
  const [first = '200'] = statuses
  const types = words.filter((word) => /^\D.*\//.test(word))
  return {
    name,
    method,
    path: pattern.split(/\/([:*?])(\w+)/),
    mediaTypes: types.length > 0 ? types : ['application/json'],
    typesOf: (status) =>
      first === '2xx' && status > 199 && status < 300
        ? '*'
        : [first, ...statuses].find((word) => word.startsWith('' + status))?.slice(4),
    isDeclared: (code) => words.includes(code),
  }
}

import { createHash } from 'node:crypto'
import { StartError } from '../errors/index.ts'
import { isContent } from './content.ts'
import { flattenRoutes, rulesOf, type FlatRoute } from './flatten.ts'
import { responsesOf } from './responses.ts'
import type { Route, RouteTree } from './route-contract.ts'

/**
 * What the typed client needs to know of a server besides the type of its routes: plain JSON, safe to publish with it.
 *
 * Each route is one line: method, path pattern, then where they are not the default: declared statuses (`200`; `2xx` is any
 * success), media type of the body (JSON), codes of the errors that the client's type declares (none).
 */
export interface RouteManifest {
  /** Of this format. */
  readonly version: 1
  /** Changes when any line does; their order does not count. */
  readonly hash: string
  /** Operation id to line. */
  readonly routes: { readonly [name: string]: string }
}

/**
 * Writes the manifest of a tree of routes.
 *
 * @throws {StartError} for a tree with names or nodes that cannot be
 * @example
 * const manifest = toManifest({ orders })
 * manifest.routes['orders.create'] // 'POST /orders 201 ORDER_CLOSED'
 */
export function toManifest(tree: RouteTree): RouteManifest {
  const { routes, problems } = flattenRoutes(tree)
  if (problems.length > 0) throw new StartError(problems)
  const lines = routes.map((flat) => [flat.name, toLine(flat)] as const)
  return { version: 1, hash: hashOf(lines), routes: Object.fromEntries(lines) }
}

function toLine(flat: FlatRoute): string {
  const { pattern, route } = flat
  const words = [
    route.method,
    toSafePath(pattern),
    ...statuses(route),
    ...bodyType(route),
    ...errorCodes(flat),
  ]
  return words.join(' ')
}

/** Static text as it stands in a URL; a pattern may have any characters in it. */
function toSafePath(pattern: string): string {
  return (
    pattern
      .split('/')
      // A rest that may be empty has a mark of its own, which costs the client less to read: `?rest` for `*rest?`.
      .map((part) => part.replace(/^\*(\w+)\?$/, '?$1'))
      .map((part) =>
        /^\?|^[\w\-.~!$&'()*+,;=:@%]*$/.test(part) ? part : encodeURIComponent(decodeURIComponent(part)),
      )
      .join('/')
  )
}

function statuses({ options }: Route): readonly string[] {
  const words = responsesOf(options).map(([status, body]) =>
    [status, ...(isContent(body) ? body.essences : [])].join(':'),
  )
  return words.join() === '200' ? [] : words.length === 0 ? ['2xx'] : words
}

function bodyType({ options }: Route): readonly string[] {
  const type = options.consumes?.[0]?.replaceAll(/\s/g, '')
  return type === undefined || type.includes('*') || type === 'application/json' ? [] : [type]
}

/** The codes that the client's type has: of the route's own errors, and of middleware and rules that the tree knows. */
function errorCodes(flat: FlatRoute): Iterable<string> {
  const { route, routers } = flat
  const { use = [], errors = [] } = route.options
  const chain = [...routers.flatMap((one) => one.use ?? []), ...route.middleware, ...rulesOf(flat), ...use]
  const described = chain.flatMap((one) => one.describe.errors ?? [])
  return new Set([...errors, ...described].map((error) => error.code))
}

function hashOf(lines: readonly (readonly [string, string])[]): string {
  const text = lines
    .map((line) => line.join(' '))
    .sort()
    .join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

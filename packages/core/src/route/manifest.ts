import { createHash } from 'node:crypto'
import { MANIFEST_VERSION, type Manifest, type RouteTree } from '@keelson/contract'
import { checkArgument, toCallError } from '../errors/index.ts'
import { bodiesOf } from './body-format-contract.ts'
import { isContent } from './content.ts'
import { flattenRoutes, rulesOf, type FlatRoute } from './flatten.ts'
import { ROUTE_TREE_OPTION } from './option-tables.ts'
import { isNothing, mayBeNothing, type SchemaLike } from '../schema/index.ts'
import { responsesOf } from './responses.ts'
import type { AnyMiddleware } from './middleware-contract.ts'

/**
 * Writes the manifest of a tree of routes. Routes that switch their connection are not in it: clients have no call for them.
 *
 * @throws {SetupError} for a tree with invalid names or nodes
 * @example
 * const manifest = toManifest({ orders })
 * manifest.routes['orders.create'] // 'POST /orders 201 ORDER_CLOSED'
 */
export function toManifest(tree: RouteTree): Manifest {
  const place = { name: 'toManifest', below: toManifest, argument: 'The tree' }
  checkArgument(ROUTE_TREE_OPTION, tree, place)
  const { routes, problems } = flattenRoutes(tree)
  if (problems.length > 0) throw toCallError(place.name, problems)
  const calls = routes.filter(({ route }) => route.options.upgrades === undefined)
  const lines = calls.map((flat) => [flat.name, toLine(flat)] as const)
  return { version: MANIFEST_VERSION, hash: hashOf(lines), routes: Object.fromEntries(lines) }
}

/** The line of one route, in the format of {@link Manifest}; words that say the default are omitted. */
function toLine(flat: FlatRoute): string {
  const { pattern, route } = flat
  const words = [
    route.method,
    toSafePath(pattern),
    ...statuses(flat),
    ...bodyTypes(route),
    ...declaredCodes(flat),
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

function statuses(flat: FlatRoute): readonly string[] {
  const declared = responsesOf(flat.route.options)
  const own = declared.map(([status, body]) => [status, ...bodyMarks(status, body)].join(':'))
  const known = new Set(declared.map(([status]) => status))
  // Of these nobody says what they are made of.
  const described = typedMiddlewareOf(flat)
    .flatMap((one) => Object.keys(one.describe.responses ?? {}))
    .filter((status) => !known.has(status))
  const words = [...(own.length === 0 ? ['2xx'] : own), ...new Set(described.map((status) => `${status}:*`))]
  return words.join() === '200' ? [] : words
}

/** Media types of a body that is not JSON; `-` where there is none, and a `-` after the empty type of JSON where there may be none. */
function bodyMarks(status: string, body: SchemaLike | null): readonly string[] {
  if (isContent(body)) return body.essences
  // These have none, whatever anybody declares (RFC 9110 §15.3.5, §15.4.5).
  if (status === '204' || status === '304') return []
  if (body === null || isNothing(body)) return ['-']
  return mayBeNothing(body) ? ['', '-'] : []
}

/** Media types of the body; none for JSON alone. In place of a range stands the type of any bytes. */
function bodyTypes({ options }: FlatRoute['route']): readonly string[] {
  const bodies = bodiesOf(options)
  // A client chooses between formats, and sends each in its first media type.
  const types =
    bodies.length > 0 ? bodies.map((one) => one.mediaTypes[0]) : (options.consumes ?? []).slice(0, 1)
  const words = types.map((type) =>
    type.includes('*') ? 'application/octet-stream' : type.replaceAll(/\s/g, ''),
  )
  return words.join() === 'application/json' ? [] : [...new Set(words)]
}

/**
 * The statuses that the client's type has as successes and as other answers that are not errors.
 *
 * @returns whether a status is one
 */
export function declaredStatuses(flat: FlatRoute): (status: number) => boolean {
  const own = responsesOf(flat.route.options).map(([status]) => Number(status))
  const described = typedMiddlewareOf(flat).flatMap((one) =>
    Object.keys(one.describe.responses ?? {}).map(Number),
  )
  const all = new Set([...own, ...described])
  return (status) => all.has(status) || (own.length === 0 && status < 300)
}

/** The codes that the client's type has: of the route's own errors, and of middleware and rules that the tree knows. */
export function declaredCodes(flat: FlatRoute): ReadonlySet<string> {
  const { errors = [] } = flat.route.options
  const described = typedMiddlewareOf(flat).flatMap((one) => one.describe.errors ?? [])
  return new Set([...errors, ...described].map((error) => error.code))
}

/** The middleware that the types of a tree know: not that of the app. */
export function typedMiddlewareOf(flat: FlatRoute): readonly AnyMiddleware[] {
  const { route, routers } = flat
  const above = routers.flatMap((one) => one.use ?? [])
  return [...above, ...route.middleware, ...rulesOf(flat), ...(route.options.use ?? [])]
}

function hashOf(lines: readonly (readonly [string, string])[]): string {
  const text = lines
    .map((line) => line.join(' '))
    .sort()
    .join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

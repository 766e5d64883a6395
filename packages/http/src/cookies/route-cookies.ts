// At set-up: which cookies the middlewares of a route have.
import type { RouteFacts } from '@keelson/core'
import type { CookieAttributes } from './cookie-options.ts'
import type { CookieProblem } from './cookie-rules.ts'

/** A cookie of a middleware, by its name without a prefix. */
export interface RouteCookie extends Pick<CookieAttributes, 'path'> {
  readonly name: string
}

/** The cookies of each route, and the middlewares that have them. */
const kept = new WeakMap<RouteFacts, (RouteCookie & { readonly owner: object })[]>()

/**
 * Finds cookies that another middleware of a route has too. A browser keeps one of a name, or, of two paths, sends both, of which the
 * first is read: either way one of the two loses its value. Over plain HTTP prefixes tell none apart.
 *
 * @param owner - what is the same for each call of one middleware
 */
export function sharedCookieProblems(
  route: RouteFacts,
  cookies: readonly RouteCookie[],
  owner: object,
): CookieProblem[] {
  // What requests without a route pass is of all routes at a path, of which none runs.
  if (route.name === undefined) return []
  const known = kept.get(route) ?? []
  const others = known.filter((one) => one.owner !== owner)
  kept.set(route, [...others, ...cookies.map((one) => ({ ...one, owner }))])
  return cookies
    .filter((cookie) => others.some((other) => other.name === cookie.name && meet(other.path, cookie.path)))
    .map(({ name }) => ({
      message: `Another middleware of the route has a cookie '${name}' as well, and each would lose what the other sets.`,
      remedy: 'Give each cookie a name of its own.',
    }))
}

/** Whether requests of some path bring the cookies of both (RFC 6265bis §5.1.4). */
function meet(one = '/', other = '/'): boolean {
  const isBelow = (path: string, above: string): boolean =>
    path === above || path.startsWith(above.endsWith('/') ? above : `${above}/`)
  return isBelow(one, other) || isBelow(other, one)
}

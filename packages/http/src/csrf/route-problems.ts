// At set-up: why a route cannot have a `csrf`.
import type { RouteFacts } from '@keelson/core'
import { plainHttpProblem } from '../cookies/plain-http.ts'
import { sharedCookieProblems } from '../cookies/route-cookies.ts'
import type { CsrfTokenOptions } from './csrf-options.ts'
import { guardsPlan } from './proof.ts'

interface Problem {
  readonly message: string
  readonly remedy: string
}

/** Over plain HTTP browsers do not say where a request comes from, and the app's own origin would be another one than theirs. */
export function httpsProblems({ app, kind }: RouteFacts): readonly Problem[] {
  const problem =
    kind === 'http' ? plainHttpProblem(app, 'It compares origins, which have a scheme') : undefined
  return problem === undefined ? [] : [problem]
}

/** Where a token is kept and brought; one object for each `csrf`. */
type TokenPlaces = Required<{
  readonly [K in 'header' | 'field' | 'cookie']: NonNullable<CsrfTokenOptions[K]>
}>

/** The tokens that each route asks for. */
const asked = new WeakMap<RouteFacts, readonly TokenPlaces[]>()

/** Of two tokens each has a cookie of its own, and a header and a field: one place cannot bring both. */
export function tokenProblems(route: RouteFacts, token: TokenPlaces): readonly Problem[] {
  const others = (asked.get(route) ?? []).filter((one) => one !== token)
  asked.set(route, [...others, token])
  const places = guardsPlan(route) ? (['header', 'field'] as const) : []
  return [
    ...sharedCookieProblems(route, [{ name: token.cookie }], token),
    ...places
      .filter((place) => others.some((other) => other[place] === token[place]))
      .map((place) => ({
        message: `Another csrf of the route has its token in the ${place} '${token[place]}', which cannot bring both.`,
        remedy: `Give each a ${place} of its own: token: { ${place}: '${place === 'header' ? 'x-order-token' : 'orderToken'}' }.`,
      })),
  ]
}

// On the request path: requests of routes with cached() that share no answer with others.
import { PRINCIPAL, type RouteFacts } from '@keelson/core'
import type { InputContext } from './answer-key.ts'
import type { CachedOptions } from './contract.ts'

/** Says why a request passes the cache by; undefined for one that does not. */
export type WhyPassed = (ctx: InputContext) => string | undefined

/**
 * Which requests of a route pass the cache by, since nothing in their key says whose answer it is.
 *
 * @returns undefined where there is none
 */
export function whoPasses(facts: RouteFacts, { by }: CachedOptions<never>): WhyPassed | undefined {
  return by === 'user' ? withoutPrincipal(facts) : undefined
}

/** Those without a principal are one caller only where all may call, and all that could know a caller would say so. */
function withoutPrincipal({ access, authenticates }: RouteFacts): WhyPassed | undefined {
  const silent = authenticates.filter(({ saysPrincipal }) => !saysPrincipal).map(({ name }) => name)
  if (access === 'public' && silent.length === 0) return undefined
  const why =
    access === 'public'
      ? `they have no principal, and ${silent.join(', ')} may know a caller without saying so`
      : 'they have no principal, and may have been admitted for another reason each'
  return ({ frame }) => (frame.get(PRINCIPAL) === undefined ? why : undefined)
}

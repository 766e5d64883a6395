import { metaKey, type MetaEntry } from '@keelson/core'
import { checkArgument, integer } from '@keelson/core/options'

/** Under which `rateLimit` finds what a request costs. */
export const RATE_COST = metaKey<number>('rateCost')

const UNITS = integer('Units that a request takes.')

/**
 * Says how many units of each quota a request of a route, or of all routes of a router, takes; 1 without it. 0 takes nothing: the
 * route is not limited. An entry for `meta`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a whole number from 0 on; at start where it exceeds the limit of a quota
 * @example
 * const search = route.get('/search', { access: 'public', meta: [rateCost(5)] }, () => [])
 */
export function rateCost(units: number): MetaEntry {
  checkArgument(UNITS, units, { name: 'rateCost', below: rateCost, argument: 'The cost' })
  return RATE_COST(units)
}

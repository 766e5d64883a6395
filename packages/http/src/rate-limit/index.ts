/**
 * How much each caller may ask for.
 *
 * @module
 */
export { rateCost } from './rate-cost.ts'
export { rateLimit } from './rate-limit.ts'
export type { Quota, QuotaBy, RateLimit, RateLimitOptions } from './options.ts'

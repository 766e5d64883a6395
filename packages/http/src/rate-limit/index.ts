/**
 * How much each caller may ask for.
 *
 * @module
 */
export { quotas } from './quotas.ts'
export type { QuotaSize, QuotaSizes, QuotasOptions } from './quotas-options.ts'
export { rateCost } from './rate-cost.ts'
export { rateLimit } from './rate-limit.ts'
export type { Quotas, RequestQuota } from './request-quota.ts'
export type { Quota, QuotaBy, RateLimit, RateLimitOptions, QuotaStoreOptions } from './options.ts'

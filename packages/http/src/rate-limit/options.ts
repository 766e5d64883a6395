import type { BaseContext, Middleware, WireError } from '@keelson/core'
import {
  callable,
  either,
  flag,
  integer,
  listOf,
  milliseconds,
  nested,
  oneOf,
  optionTable,
  required,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'

/**
 * Who or what a quota is counted for:
 *
 * - `ip`: the address of the caller (`ctx.remoteAddress`), of IPv6 its first bits (`ipv6Prefix`);
 * - `principal`: who was authenticated, and the address of those who were not;
 * - `route`: the name of the route; requests without one are not counted;
 * - a function: its text. Those for which it gives `undefined` are not counted.
 */
export type QuotaBy = 'ip' | 'principal' | 'route' | ((ctx: BaseContext) => string | undefined)

/** How many units may be taken within a window, and by whom. */
export interface Quota {
  /** Names it in headers, logs and the store: 1 to 32 of `a-z`, `0-9` and `-`; once in each app. Default `default`. */
  readonly name?: string | undefined
  /** Units of a window. A request takes one, or what `rateCost` says. */
  readonly limit: number
  /** Length of the window, ms: whole seconds, up to 365 days. */
  readonly windowMs: number
  /** Who or what it is counted for; a list for each combination: `['ip', 'route']`. Default `ip`. */
  readonly by?: QuotaBy | readonly QuotaBy[] | undefined
  /**
   * Leading bits of an IPv6 address that are one caller: 64, which one network has, or less for those who are given more, such as 48. From
   * 32 to 128. Default 64.
   */
  readonly ipv6Prefix?: number | undefined
  /**
   * Where it is counted: `receive`, before anything else is done, or `authorize`, for those only who were authenticated. Default:
   * `authorize` where it is by `principal`, else `receive`.
   */
  readonly stage?: 'receive' | 'authorize' | undefined
}

/** How the store of an app is used for quotas. */
export interface QuotaStoreOptions<TFailure extends 'open' | 'closed' = 'open' | 'closed'> {
  /**
   * What becomes of a request that cannot be counted, since the store fails or does not answer: `open` lets it pass, `closed`
   * answers 503. Default `open`.
   */
  readonly onStoreFailure?: TFailure | undefined
  /** How long a request waits for the store, ms. After a wait in vain the store is not asked for a second. Default 250. */
  readonly storeTimeoutMs?: number | undefined
  /**
   * Most bytes of all counters of the app in a store of the process, set aside for them, the same in all of its limits; about 600 for each caller. When they are used
   * up, new callers are counted by network, for which it may take a third of this besides. Default 16_777_216 (16 MiB).
   */
  readonly maxBytes?: number | undefined
}

/** Options of {@link rateLimit}: one quota by its own names, or several as `quotas`. */
export interface RateLimitOptions<TFailure extends 'open' | 'closed' = 'open' | 'closed'>
  extends Partial<Quota>, QuotaStoreOptions<TFailure> {
  /** Several quotas, each of which a request must fit in. */
  readonly quotas?: readonly Quota[] | undefined
  /** Whether answers have the headers `ratelimit` and `ratelimit-policy`. Default `true`. */
  readonly headers?: boolean | undefined
}

/** What {@link rateLimit} makes: a list, for `use` as it is, of the parts of its stages. */
export type RateLimit<TFailure extends 'open' | 'closed' = 'open'> = readonly Middleware<
  {},
  {},
  | WireError<'ERR_CORE_TOO_MANY_REQUESTS'>
  | ('closed' extends TFailure ? WireError<'ERR_CORE_UNAVAILABLE'> : never)
>[]

const ONE_BY = either(
  oneOf(['ip', 'principal', 'route'], 'Who or what it is counted for.'),
  callable('Gives the text that it is counted for.', '(ctx) => text'),
)

/** Structured fields have integers of 15 digits (RFC 9651 §3.3.1). */
const MAX_LIMIT = 999_999_999_999_999
const DAY_MS = 86_400_000

export const LIMIT_OPTIONS = {
  limit: integer('Units of a window.', { minimum: 1, maximum: MAX_LIMIT }),
  windowMs: integer('Length of the window, ms.', { minimum: 1000, maximum: 365 * DAY_MS }),
}

const QUOTA_OPTIONS = {
  name: text('Names it in headers, logs and the store.', {
    pattern: '^[a-z0-9-]{1,32}$',
    default: 'default',
  }),
  ...LIMIT_OPTIONS,
  by: { ...either(ONE_BY, listOf(ONE_BY, undefined, { minItems: 1 })), default: 'ip' },
  ipv6Prefix: integer('Leading bits of an IPv6 address that are one caller.', {
    minimum: 32,
    maximum: 128,
    default: 64,
  }),
  stage: oneOf(['receive', 'authorize'], 'Where it is counted.'),
}

export const STORE_OPTIONS = {
  onStoreFailure: oneOf(['open', 'closed'], 'What becomes of a request that cannot be counted.', {
    default: 'open',
  }),
  storeTimeoutMs: milliseconds('How long a request waits for the store, ms.', { minimum: 1, default: 250 }),
  maxBytes: integer('Most bytes of all counters in a store of the process.', {
    minimum: 1,
    default: 16_777_216,
  }),
}

/** How the store of an app is used, with what is by default. */
export type ReadyStoreOptions = WithDefaults<QuotaStoreOptions, 'storeTimeoutMs' | 'maxBytes'>

/** The options of a store among those of `rateLimit` or `quotas`. */
export function readStoreOptions({ storeTimeoutMs, maxBytes }: QuotaStoreOptions): ReadyStoreOptions {
  return withDefaults(optionTable<QuotaStoreOptions>(STORE_OPTIONS), { storeTimeoutMs, maxBytes })
}

const QUOTA = optionTable<Quota>({
  ...QUOTA_OPTIONS,
  limit: required(QUOTA_OPTIONS.limit),
  windowMs: required(QUOTA_OPTIONS.windowMs),
})

/** A quota, with what is by default. */
export function readQuota(quota: Quota): WithDefaults<Quota, 'name' | 'by' | 'ipv6Prefix'> {
  return withDefaults(QUOTA, quota)
}

/** Options of {@link rateLimit}. What belongs to one quota is looked at where they are read. */
export const RATE_LIMIT_OPTIONS = optionTable<RateLimitOptions>({
  quotas: listOf(nested(QUOTA, 'A quota.'), 'Several quotas.', { minItems: 1 }),
  ...QUOTA_OPTIONS,
  ...STORE_OPTIONS,
  headers: flag('Whether answers have the headers of the limits.', { default: true }),
})

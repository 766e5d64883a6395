// As a third party writes it, with public names alone: a limit for each client on the key-value store port.
import { CLOCK, KEY_VALUE_STORE, middleware, TooManyRequestsError } from '@keelson/core'

export interface RateLimitOptions {
  /** Requests that a client may make within a window. */
  readonly limit: number
  readonly windowMs: number
}

/** A fixed window, told by the headers of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimit({ limit, windowMs }: RateLimitOptions) {
  return middleware({
    name: 'rateLimit',
    stage: 'receive',
    inject: { store: KEY_VALUE_STORE, clock: CLOCK },
    adds: ['quota'],
    run: async (ctx, { store, clock }) => {
      const now = clock.now()
      const window = Math.floor(now / windowMs)
      const resetSeconds = Math.ceil(((window + 1) * windowMs - now) / 1000)
      const used = await store.increment(`rate-limit:${ctx.remoteAddress}:${window}`, 1, {
        max: limit,
        ttlMs: windowMs,
      })
      const left = Math.max(0, limit - used)
      ctx.responseHeaders
        .set('ratelimit-policy', `"default";q=${limit};w=${Math.ceil(windowMs / 1000)}`)
        .set('ratelimit', `"default";r=${left};t=${resetSeconds}`)
      if (used > limit)
        throw new TooManyRequestsError('Too many requests.', { retryAfterSeconds: resetSeconds })
      return { quota: left }
    },
    describe: {
      errors: [TooManyRequestsError],
      headers: { ratelimit: 'What is left of the quota.', 'ratelimit-policy': 'The quota.' },
    },
  })
}

import { route, t } from '@keelson/core'
import { CACHE, cache, createCache } from '@keelson/cache'

export const Price = t.Object({ productId: t.String(), amounts: t.Array(t.Integer()) })
export const kept = createCache()
export const prices = kept.namespace('prices', {
  schema: Price,
  ttlMs: 30_000,
  tags: (price) => [`product:${price.productId}`],
})
export const copies = kept.namespace<{ id: number }>('copies', { ttlMs: 1_000, reads: 'copied' })
export const show = route
  .inject({ cache: CACHE })
  .get('/price', { access: 'public' }, () => prices.getOrSet('p1', () => ({ productId: 'p1', amounts: [1] })))
export const plugin = cache()

import { needs, route, router } from '@keelson/core'
import { cached, invalidates } from '@keelson/cache'

export const kept = cached({
  ttlMs: 30_000,
  needs: needs<{ user: { id: string } }>('user'),
  by: ({ user }) => user.id,
})
export const orders = router('/orders', {
  list: route.get('/', { access: 'public', use: [cached({ ttlMs: 30_000, tags: ['orders'] })] }, () => [1]),
  add: route.post('/', { access: 'public', use: [invalidates('orders')] }, () => 'added'),
})

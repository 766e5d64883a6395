import { route } from '@keelson/core'
import { quotas, rateCost, rateLimit } from '@keelson/http'

export const limits = rateLimit({ limit: 100, windowMs: 60_000, onStoreFailure: 'closed' })
export const search = route.use(limits).get('/search', { access: 'public', meta: [rateCost(5)] }, () => [])
export const guarded = route.use(
  quotas({ passwords: { limit: 5, windowMs: 900_000 } }, { onStoreFailure: 'closed' }),
)
export const signIn = guarded.post('/sign-in', { access: 'public' }, ({ quotas: { passwords } }) =>
  passwords.take('ann'),
)

import { route } from '@keelson/core'
import { rateCost, rateLimit } from '@keelson/http'

export const limits = rateLimit({ limit: 100, windowMs: 60_000, onStoreFailure: 'closed' })
export const search = route.use(limits).get('/search', { access: 'public', meta: [rateCost(5)] }, () => [])

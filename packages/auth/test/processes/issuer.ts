// One of two processes that issue tokens by the same keys, over one Redis.
import { createApp, route, t } from '@keelson/core'
import { redisBus, redisStore } from '@keelson/cache/redis'
import { signedIn } from '@keelson/auth'
import { ISSUED_TOKENS, tokens, Tokens } from '@keelson/auth/tokens'

const [url = '', prefix = '', secret = ''] = process.argv.slice(2)
const limits = { commandTimeoutMs: 10_000, connectTimeoutMs: 10_000 }
const shop = tokens({
  keys: [{ secret }],
  issuer: 'https://shop.example.com',
  audience: 'orders',
  storeTimeoutMs: 10_000,
  user: ({ sub }) => ({ id: sub }),
})
const service = route.inject({ tokens: Tokens })
const app = createApp({
  name: 'shop',
  log: false,
  plugins: [shop],
  ports: { store: redisStore(url, { prefix, ...limits }), bus: redisBus(url, { prefix, ...limits }) },
  routes: {
    me: route.use(shop.scheme).get('/me', { access: signedIn() }, ({ user }) => user.id),
    signIn: service.post('/sign-in', { access: 'public', response: ISSUED_TOKENS }, ({ tokens: issuer }) =>
      issuer.issue('ada'),
    ),
    end: service.post('/end', { access: 'public', response: t.Integer() }, ({ tokens: issuer }) =>
      issuer.revokeAll('ada'),
    ),
    oauth: shop.routes,
  },
})
const { urls } = await app.listen({ port: 0 })
process.stdout.write(`${urls[0]}\n`)

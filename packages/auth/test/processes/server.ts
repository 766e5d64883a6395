// One of several processes with the same store; started by a test, which tells it where the store is.
import { bind, createApp, KEY_VALUE_STORE, reply, route } from '@keelson/core'
import { redisStore } from '@keelson/cache/redis'
import { session, Sessions, signedIn } from '@keelson/auth'

const [url = '', prefix = ''] = process.argv.slice(2)
const web = route.use(session({ load: (id) => ({ id }) })).inject({ sessions: Sessions })
const app = createApp({
  name: 'shop',
  mode: 'test',
  log: false,
  providers: [
    bind(KEY_VALUE_STORE, { make: () => redisStore(url, { prefix }), dispose: (store) => store.close() }),
  ],
  routes: {
    signIn: web.post('/sign-in', { access: 'public' }, async (ctx) => {
      await ctx.sessions.signIn(ctx, 'ada')
      return reply(204)
    }),
    me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
    revoke: web.post('/revoke', { access: 'public' }, ({ sessions }) => sessions.revokeAll('ada')),
  },
})
const { urls } = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${urls[0]}\n`)

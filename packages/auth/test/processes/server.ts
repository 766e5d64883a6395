// One of several processes with the same store; started by a test, which tells it where the store is.
import { createApp, plugin, reply, route } from '@keelson/core'
import { redisPorts } from '@keelson/cache/redis'
import { session, Sessions, signedIn } from '@keelson/auth'

const [url = '', prefix = ''] = process.argv.slice(2)
const web = route.use(session({ load: (id) => ({ id }) })).inject({ sessions: Sessions })
/** What other processes have ended, as this one hears it. */
const heard: string[] = []
const listens = plugin({
  name: 'listens',
  inject: { sessions: Sessions },
  started: async ({ services }) =>
    void (await services.sessions.onRevoked(({ ids }) => void heard.push(...ids))),
})
const app = createApp({
  name: 'shop',
  mode: 'test',
  log: false,
  plugins: [redisPorts(url, { prefix }), listens],
  routes: {
    signIn: web.post('/sign-in', { access: 'public' }, async (ctx) => {
      await ctx.sessions.signIn(ctx, 'ada')
      return reply(204)
    }),
    me: web.get('/me', { access: signedIn() }, ({ user }) => user.id),
    heard: route.get('/heard', { access: 'public' }, () => heard),
    revoke: web.post('/revoke', { access: 'public' }, ({ sessions }) => sessions.revokeAll('ada')),
  },
})
const { urls } = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${urls[0]}\n`)

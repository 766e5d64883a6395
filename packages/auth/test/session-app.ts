import { reply, route, type KeyValueStore, type Provider } from '@keelson/core'
import { testApp, type TestAppOptions } from '@keelson/testing'
import { recent, session, Sessions, signedIn, type SessionsOptions, type SessionStore } from '@keelson/auth'

export const NOW = 1_800_000_000_000

/** Who is there; a test that blocks somebody takes them out. */
export class Users {
  static readonly inject = [] as const
  readonly all = new Map([
    ['ada', { id: 'ada', name: 'Ada' }],
    ['eve', { id: 'eve', name: 'Eve' }],
  ])
}

const web = route
  .use(session({ inject: { users: Users }, load: (id, { users }) => users.all.get(id) }))
  .inject({ sessions: Sessions })
const signIn = route.inject({ sessions: Sessions })

export const sessionRoutes = {
  page: web.get('/sign-in', { access: 'public' }, ({ user }) => user?.id ?? 'nobody'),
  signIn: web.post('/sign-in/:id', { access: 'public' }, async (ctx) => {
    await ctx.sessions.signIn(ctx, ctx.params.id, { factors: ['pwd'] })
    return reply(204)
  }),
  bareSignIn: signIn.post('/bare/:id', { access: 'public' }, async (ctx) => {
    await ctx.sessions.signIn(ctx, ctx.params.id, { isPersistent: true, device: 'My phone' })
    return reply(204)
  }),
  signOut: web.post('/sign-out', { access: 'public' }, async (ctx) => ({
    was: await ctx.sessions.signOut(ctx),
  })),
  bareSignOut: signIn.post('/bare-sign-out', { access: 'public' }, (ctx) => ctx.sessions.signOut(ctx)),
  leave: web.post('/leave', { access: 'public' }, async (ctx) => {
    await ctx.sessions.signOut(ctx)
    return (await ctx.sessions.current(ctx)) ?? 'nobody'
  }),
  me: web.get('/me', { access: signedIn() }, ({ user }) => user.name),
  change: web.post('/me', { access: signedIn() }, ({ user }) => user.name),
  sudo: web.post('/sudo', { access: signedIn() }, async (ctx) => {
    const { factors } = await ctx.sessions.reauthenticated(ctx, { factors: ['otp'] })
    return factors
  }),
  rotate: web.post('/rotate', { access: signedIn() }, (ctx) => ctx.sessions.rotate(ctx)),
  secret: web.get('/secret', { access: recent({ withinMs: 60_000, factors: ['otp'] }) }, () => 'secret'),
  list: web.get('/sessions', { access: signedIn() }, async (ctx) => {
    const current = await ctx.sessions.current(ctx)
    const all = await ctx.sessions.list(ctx.user.id)
    return all.map((one) => ({ ...one, isCurrent: one.id === current?.id }))
  }),
  revoke: web.delete('/sessions/:id', { access: signedIn() }, async ({ sessions, user, params }) => ({
    was: await sessions.revoke(user.id, params.id),
  })),
  others: web.delete('/sessions', { access: signedIn() }, async (ctx) => {
    const current = await ctx.sessions.current(ctx)
    return { ended: await ctx.sessions.revokeAll(ctx.user.id, { except: current?.id }) }
  }),
}

/** Sessions with options, in a store. */
export function sessionsBy(options: SessionsOptions, store?: SessionStore | KeyValueStore): Provider {
  return Sessions.bind(store === undefined ? options : { ...options, store: () => store })
}

type Options = Partial<Omit<TestAppOptions<typeof sessionRoutes>, 'now'>>

/** An app over a socket, with a clock that stands. */
export function sessionApp(options: Options = {}) {
  return testApp({ routes: sessionRoutes, transport: 'socket', now: NOW, ...options })
}

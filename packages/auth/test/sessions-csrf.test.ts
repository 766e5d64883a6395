import { reply, route, toManifest } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { anyOf, ApiKeys, apiKeys, session, Sessions, signedIn } from '@keelson/auth'
import { Browser } from './session-browser.ts'
import { sessionApp, sessionRoutes, sessionsBy } from './session-app.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ELSEWHERE = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }

/** What a program sends, which says nothing of a page. */
function bare(cookie: string | undefined, headers: Record<string, string> = {}) {
  return { headers: { ...(cookie === undefined ? {} : { cookie }), ...headers } }
}

describe('a request that another site has a browser send', () => {
  it('is refused where the session decides who calls, and only for unsafe methods', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    for (const headers of [ELSEWHERE, { ...ELSEWHERE, 'sec-fetch-site': 'same-site' }]) {
      const forged = await browser.ask('POST', '/me', headers)
      expect(forged.status).toBe(403)
      expect(((await forged.json()) as { code: string }).code).toBe('ERR_HTTP_CSRF')
      expect(await browser.status('GET', '/me', headers)).toBe(200)
    }
    expect(await browser.status('POST', '/me')).toBe(200)
  })

  it('is refused where nothing says who sent a form, and not where it is JSON', async () => {
    await using app = await sessionApp()
    const { cookie } = await signedInBrowser(app)
    expect((await app.request('POST', '/me', bare(cookie, FORM))).status).toBe(403)
    expect((await app.request('POST', '/me', bare(cookie))).status).toBe(403)
    const json = { 'content-type': 'application/json' }
    expect((await app.request('POST', '/me', bare(cookie, json))).status).toBe(200)
    const own = { origin: new URL(app.baseUrl).origin }
    expect((await app.request('POST', '/me', bare(cookie, { ...FORM, ...own }))).status).toBe(200)
  })

  it('is refused on public routes as well, sign-in and sign-out included', async () => {
    await using app = await sessionApp()
    const browser = await signedInBrowser(app)
    for (const path of ['/sign-in/eve', '/bare/eve', '/sign-out'])
      expect(await browser.status('POST', path, ELSEWHERE)).toBe(403)
    expect(await (await browser.ask('GET', '/me')).text()).toBe('Ada')
  })

  it('is refused where a handler without the scheme asks whose session it is', async () => {
    const who = route
      .inject({ sessions: Sessions })
      .post(
        '/who',
        { access: 'public' },
        async (ctx) => (await ctx.sessions.current(ctx))?.userId ?? 'nobody',
      )
    await using app = await testApp({ routes: { ...sessionRoutes, who }, transport: 'socket' })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await (await browser.ask('POST', '/who')).text()).toBe('ada')
    expect(await browser.status('POST', '/who', { 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it('does not end the session, nor keep it alive', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({ idleMs: 600_000 })] })
    const browser = await signedInBrowser(app)
    await app.clock.advance(500_000)
    expect(await browser.status('POST', '/me', ELSEWHERE)).toBe(403)
    expect(await browser.status('POST', '/sign-out', ELSEWHERE)).toBe(403)
    await app.clock.advance(100_000)
    expect(await browser.status('GET', '/me')).toBe(401)
  })

  it('is a 401 with a session that has ended, whatever page sent it', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app, `session=${'A'.repeat(22)}.${'A'.repeat(43)}`)
    expect(await browser.status('POST', '/me', ELSEWHERE)).toBe(401)
  })

  it('passes from an origin that the sessions name', async () => {
    const providers = [sessionsBy({ csrf: { origins: ['https://app.example'] } })]
    await using app = await sessionApp({ providers })
    const browser = new Browser(app)
    const page = { 'sec-fetch-site': 'same-site', origin: 'https://app.example' }
    expect(await browser.status('POST', '/bare/ada', page)).toBe(204)
    expect(await browser.status('POST', '/me', page)).toBe(200)
    expect(await browser.status('POST', '/me', ELSEWHERE)).toBe(403)
  })

  it.each(['*', 'null', 'https://*.github.io'])('cannot be let through for everybody by %s', (origins) => {
    expect(() => Sessions.bind({ csrf: { origins: [origins] } })).toThrow('csrf: ')
  })

  it('is a handshake of WebSocket, too', async () => {
    const web = route.use(session({ load: (id) => ({ id }) })).inject({ sessions: Sessions })
    const routes = {
      signIn: web.post('/sign-in', { access: 'public' }, async (ctx) => {
        await ctx.sessions.signIn(ctx, 'ada')
        return reply(204)
      }),
      live: web.get('/live', { access: signedIn(), upgrades: 'websocket' }, () => reply(503)),
    }
    await using app = await testApp({ routes, transport: 'socket' })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in')
    expect(await browser.status('GET', '/live', ELSEWHERE)).toBe(403)
    expect(await browser.status('GET', '/live')).not.toBe(403)
  })
})

describe('beside other schemes', () => {
  const keys = apiKeys({ user: (key) => ({ id: key.userId, by: 'key' }) })
  const people = session({ load: (id) => ({ id, by: 'session' }) })
  const keysFirst = route.use(anyOf(keys, people)).inject({ sessions: Sessions })
  const peopleFirst = route.use(anyOf(people, keys))
  const routes = {
    signIn: keysFirst.post('/sign-in', { access: 'public' }, async (ctx) => {
      await ctx.sessions.signIn(ctx, 'ada')
      return reply(204)
    }),
    keysFirst: keysFirst.post('/keys-first', { access: signedIn() }, ({ user }) => user.by),
    peopleFirst: peopleFirst.post('/people-first', { access: signedIn() }, ({ user }) => user.by),
  }

  it('only the one that decided is judged', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in')
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
    const both = { ...ELSEWHERE, authorization: `Bearer ${key.reveal()}` }
    expect(await (await browser.ask('POST', '/keys-first', both)).text()).toBe('key')
    expect(await browser.status('POST', '/people-first', both)).toBe(403)
    expect(await browser.status('POST', '/keys-first', ELSEWHERE)).toBe(403)
    const keyAlone = await app.request('POST', '/people-first', { headers: both })
    expect(await keyAlone.text()).toBe('key')
  })

  it('a session that has ended is not passed over for a key', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
    const browser = new Browser(app, 'session=wrong')
    const byKey = { authorization: `Bearer ${key.reveal()}` }
    expect(await browser.status('POST', '/people-first', byKey)).toBe(401)
  })
})

describe('a route behind a session', () => {
  const web = route.use(session({ load: (id) => ({ id }) }))
  const routes = { pay: web.post('/pay', { access: signedIn() }, ({ user }) => user.id) }

  it('declares what it may answer with, and how its caller is known', async () => {
    await using app = await testApp({ routes })
    const document = toOpenApi(app.app) as unknown as {
      readonly paths: {
        readonly '/pay': { readonly post: { readonly responses: object; readonly security: object } }
      }
      readonly components: { readonly securitySchemes: object }
    }
    const { responses, security } = document.paths['/pay'].post
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '503']))
    expect(security).toEqual([{ session: [] }])
    expect(document.components.securitySchemes).toMatchObject({
      session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
    })
    expect(responses).toMatchObject({ '2XX': { headers: { vary: { description: 'Depends on `cookie`.' } } } })
    expect(toManifest(routes)).toBeDefined()
    const outcome = await app.client.pay.result()
    if (!outcome.ok) expectTypeOf<'ERR_HTTP_CSRF'>().toExtend<typeof outcome.error.code>()
    expect(outcome.ok).toBe(false)
  })

  it('is called in the process by whom the call names, and judged as nobody', async () => {
    await using app = await testApp({ routes, calls: true })
    const called = await app.app.invoke('pay', {}, { as: { user: { id: 'ada' } } })
    expect(called).toMatchObject({ ok: true, data: 'ada' })
    const { token } = await app.resolve(Sessions).signIn(undefined, 'eve')
    const meta = { cookie: `__Host-session=${token.reveal()}` }
    expect(await app.app.invoke('pay', {}, { meta })).toMatchObject({ ok: true, data: 'eve' })
  })

  it('signs somebody in within the process as well', async () => {
    await using app = await testApp({ routes: sessionRoutes, calls: true })
    expect(await app.app.invoke('signIn', { params: { id: 'ada' } })).toMatchObject({ ok: true, status: 204 })
    expect(await app.resolve(Sessions).list('ada')).toHaveLength(1)
  })

  it('does not start in production where nothing says that it is reached over HTTPS', async () => {
    const production = { routes, mode: 'production', log: false } as const
    await expect(testApp(production)).rejects.toThrow('nothing says that the app is reached over HTTPS')
    await (await testApp({ ...production, publicUrl: 'https://shop.example' })).close()
  })
})

async function signedInBrowser(app: Awaited<ReturnType<typeof sessionApp>>): Promise<Browser> {
  const browser = new Browser(app)
  await browser.ask('POST', '/sign-in/ada')
  return browser
}

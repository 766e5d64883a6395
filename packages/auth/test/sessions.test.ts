import { createMemoryStore } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { Sessions } from '@keelson/auth'
import { Browser } from './session-browser.ts'
import { NOW, sessionApp, sessionsBy, Users } from './session-app.ts'

const HOUR_MS = 3_600_000

interface Listed {
  readonly id: string
  readonly lastSeenAt: number
  readonly isCurrent: boolean
}

describe('signing in', () => {
  it('sets a cookie that scripts cannot read and other sites do not send', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    const answer = await browser.ask('POST', '/sign-in/ada')
    expect(answer.status).toBe(204)
    const [line, ...others] = answer.headers.getSetCookie()
    expect(others).toEqual([])
    // Over plain HTTP on this machine: without what browsers refuse there.
    expect(line).toMatch(/^session=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('sets a cookie that TLS alone carries, of this host alone, where it is reached by TLS', async () => {
    await using app = await sessionApp({ server: { trustProxy: ['127.0.0.1'] } })
    const browser = new Browser(app)
    const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
    const answer = await browser.ask('POST', '/sign-in/ada', tls)
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-session=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(await browser.status('GET', '/me', tls)).toBe(200)
  })

  it('ends the session that the browser had', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    await browser.ask('POST', '/sign-in/eve')
    expect(await (await browser.ask('GET', '/me')).text()).toBe('Eve')
    expect(await before.status('GET', '/me')).toBe(401)
  })

  it('is done at once in two browsers, and both are signed in', async () => {
    await using app = await sessionApp()
    const browsers = [new Browser(app), new Browser(app), new Browser(app)]
    await Promise.all(browsers.map((one) => one.ask('POST', '/sign-in/ada')))
    for (const one of browsers) expect(await one.status('GET', '/me')).toBe(200)
    expect(await browsers[0]!.json<Listed[]>('/sessions')).toHaveLength(3)
  })

  it('twice at once in one browser leaves the session of the answer that came last', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    await Promise.all([browser.ask('POST', '/sign-in/ada'), browser.ask('POST', '/sign-in/ada')])
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('keeps the cookie beyond the browser where it is said', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    const answer = await browser.ask('POST', '/bare/ada')
    expect(answer.headers.getSetCookie()[0]).toContain('; Max-Age=86400;')
    const [{ device } = {}] = await browser.json<{ device?: string }[]>('/sessions')
    expect(device).toBe('My phone')
  })

  it('is refused to pages of other sites, whether or not a session stands on the route', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    browser.site = 'cross-site'
    for (const path of ['/sign-in/eve', '/bare/eve']) expect(await browser.status('POST', path)).toBe(403)
    expect(browser.cookie).toBeUndefined()
  })

  it('ends the session that was not used for the longest time, with one too many', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({ maxPerUser: 2 })] })
    const [first, second, third] = [new Browser(app), new Browser(app), new Browser(app)]
    await first.ask('POST', '/sign-in/ada')
    await app.clock.advance(61_000)
    await second.ask('POST', '/sign-in/ada')
    await app.clock.advance(61_000)
    await first.ask('GET', '/me')
    await app.clock.advance(61_000)
    await third.ask('POST', '/sign-in/ada')
    expect(await second.status('GET', '/me')).toBe(401)
    expect(await first.status('GET', '/me')).toBe(200)
    expect(await third.status('GET', '/me')).toBe(200)
  })
})

describe('a session', () => {
  it('has caches told that answers depend on the cookie, with and without one', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    for (const [one, path] of [
      [browser, '/me'],
      [new Browser(app), '/me'],
      [new Browser(app), '/sign-in'],
    ] as const)
      expect((await one.ask('GET', path)).headers.get('vary')).toMatch(/\bcookie\b/)
  })

  it('is refused with the id or the secret of another one, with a changed one, and with none', async () => {
    await using app = await sessionApp()
    const [ada, eve] = [new Browser(app), new Browser(app)]
    await ada.ask('POST', '/sign-in/ada')
    await eve.ask('POST', '/sign-in/eve')
    const [id = '', secret = ''] = ada.cookie!.split('=')[1]!.split('.')
    const [otherId = '', otherSecret = ''] = eve.cookie!.split('=')[1]!.split('.')
    const changed = (secret[0] === 'A' ? 'B' : 'A') + secret.slice(1)
    for (const text of [
      `${id}.${otherSecret}`,
      `${otherId}.${secret}`,
      `${id}.${changed}`,
      `${'A'.repeat(22)}.${secret}`,
      id,
      secret,
      `${id}.`,
      `${id}.${secret}.x`,
      `%00${id}.${secret}`,
      'x'.repeat(4000),
      '1',
    ]) {
      const browser = new Browser(app, `session=${text}`)
      const answer = await browser.ask('GET', '/me')
      expect([text, answer.status]).toEqual([text, 401])
      expect(browser.cookie).toBeUndefined()
      expect(answer.headers.get('www-authenticate')).toContain('cookie-name="__Host-session"')
    }
    expect(await new Browser(app, 'session=').status('GET', '/sign-in')).toBe(200)
    expect(await new Browser(app).status('GET', '/me')).toBe(401)
    expect(await ada.status('GET', '/me')).toBe(200)
  })

  it('is nobody on public routes when it has ended, and the cookie goes', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app, `session=${'A'.repeat(22)}.${'A'.repeat(43)}`)
    const page = await browser.ask('GET', '/sign-in')
    expect([page.status, await page.text()]).toEqual([200, 'nobody'])
    expect(browser.cookie).toBeUndefined()
    browser.cookie = `session=${'A'.repeat(22)}.${'A'.repeat(43)}`
    expect(await browser.status('POST', '/sign-in/ada')).toBe(204)
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('is not chosen from two cookies that differ, and is taken from two that do not', async () => {
    await using app = await sessionApp()
    const [ada, eve] = [new Browser(app), new Browser(app)]
    await ada.ask('POST', '/sign-in/ada')
    await eve.ask('POST', '/sign-in/eve')
    expect(await new Browser(app, `${ada.cookie}; ${eve.cookie}`).status('GET', '/me')).toBe(401)
    expect(await new Browser(app, `a=1; ${ada.cookie}; ${ada.cookie}`).status('GET', '/me')).toBe(200)
    expect(await new Browser(app, `xsession=1; ${ada.cookie}; b=session=2`).status('GET', '/me')).toBe(200)
  })

  it('is not hidden by cookies of its name without a prefix, which hosts beside this one may set', async () => {
    await using app = await sessionApp({ server: { trustProxy: ['127.0.0.1'] } })
    const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
    const ada = new Browser(app)
    await ada.ask('POST', '/sign-in/ada', tls)
    const tossed = new Browser(app, `session=a; ${ada.cookie}; session=b`)
    expect(await tossed.status('GET', '/me', tls)).toBe(200)
    const twice = new Browser(app, `__Host-session=a; ${ada.cookie}`)
    expect(await twice.status('GET', '/me', tls)).toBe(401)
  })

  it('ends when it is not used', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({ idleMs: 600_000 })] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    for (let at = 0; at < 5; at++) {
      await app.clock.advance(599_999)
      expect(await browser.status('GET', '/me')).toBe(200)
    }
    await app.clock.advance(600_000)
    expect(await browser.status('GET', '/me')).toBe(401)
  })

  it('ends after its lifetime, however much it is used', async () => {
    await using app = await sessionApp({
      providers: [sessionsBy({ idleMs: 600_000, lifetimeMs: 1_200_000 })],
    })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    for (let at = 0; at < 4; at++) {
      expect(await browser.status('GET', '/me')).toBe(200)
      await app.clock.advance(299_999)
    }
    expect(await browser.status('POST', '/rotate')).toBe(200)
    await app.clock.advance(4)
    expect(await browser.status('GET', '/me')).toBe(401)
  })

  it('ends by the limits of NIST SP 800-63B-4 §2.2.3 where nothing else is said', async () => {
    await using app = await sessionApp()
    const [idle, busy] = [new Browser(app), new Browser(app)]
    for (const one of [idle, busy]) await one.ask('POST', '/sign-in/ada')
    await app.clock.advance(HOUR_MS - 1)
    expect(await busy.status('GET', '/me')).toBe(200)
    await app.clock.advance(1)
    expect(await idle.status('GET', '/me')).toBe(401)
    for (let hour = 2; hour <= 24; hour++) {
      await app.clock.advance(HOUR_MS - 2)
      expect(await busy.status('GET', '/me')).toBe(200)
    }
    await app.clock.advance(46)
    expect(await busy.status('GET', '/me')).toBe(401)
  })

  it('ends with all others that began before a time, of whatever user', async () => {
    const store = createMemoryStore()
    const users = ['ada', 'eve']
    const cookies = await (async () => {
      await using app = await sessionApp({ ports: { store } })
      const browsers = users.map(() => new Browser(app))
      await Promise.all(browsers.map((one, at) => one.ask('POST', `/sign-in/${users[at]!}`)))
      return browsers.map(({ cookie }) => cookie)
    })()
    await using app = await sessionApp({ ports: { store }, providers: [sessionsBy({ notBefore: NOW + 1 })] })
    for (const cookie of cookies) expect(await new Browser(app, cookie).status('GET', '/me')).toBe(401)
    await app.clock.advance(1)
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await browser.json<Listed[]>('/sessions')).toHaveLength(1)
  })

  it('ends where its user is gone', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const { all } = app.resolve(Users)
    const ada = all.get('ada')!
    all.delete('ada')
    const { cookie } = browser
    expect(await browser.status('GET', '/me')).toBe(401)
    expect(browser.cookie).toBeUndefined()
    all.set('ada', ada)
    expect(await new Browser(app, cookie).status('GET', '/me')).toBe(401)
  })

  it('is ended by signing out, at once and everywhere', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    await browser.ask('POST', '/rotate')
    const copy = new Browser(app, browser.cookie)
    const answer = await browser.ask('POST', '/sign-out')
    expect(await answer.json()).toEqual({ was: true })
    expect(answer.headers.getSetCookie()[0]).toMatch(/^session=; Max-Age=0;/)
    expect(await copy.status('GET', '/me')).toBe(401)
    expect(await (await browser.ask('POST', '/sign-out')).json()).toEqual({ was: false })
  })

  it('is not there any more for the rest of the request that has ended it', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await (await browser.ask('POST', '/leave')).text()).toBe('nobody')
  })

  it('is listed with the others of its user, by when they were used, and one can be revoked', async () => {
    await using app = await sessionApp()
    const [here, there, eve] = [new Browser(app), new Browser(app), new Browser(app)]
    await there.ask('POST', '/sign-in/ada', { 'user-agent': 'There/1'.padEnd(300, '.') })
    await app.clock.advance(120_000)
    await here.ask('POST', '/sign-in/ada', { 'user-agent': 'Here/1' })
    await eve.ask('POST', '/sign-in/eve')
    const listed = await here.json<Listed[]>('/sessions')
    expect(listed).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        userId: 'ada',
        createdAt: NOW + 120_000,
        authenticatedAt: NOW + 120_000,
        lastSeenAt: NOW + 120_000,
        factors: ['pwd'],
        device: 'Here/1',
        isCurrent: true,
      },
      expect.objectContaining({ isCurrent: false, device: 'There/1'.padEnd(200, '.') }),
    ])
    const { id } = listed[1]!
    expect(await (await eve.ask('DELETE', `/sessions/${id}`)).json()).toEqual({ was: false })
    expect(await there.status('GET', '/me')).toBe(200)
    expect(await (await here.ask('DELETE', `/sessions/${id}`)).json()).toEqual({ was: true })
    expect(await there.status('GET', '/me')).toBe(401)
    expect(await here.json<Listed[]>('/sessions')).toHaveLength(1)
  })

  it('is named by its id where it stays: the session itself would end', async () => {
    await using app = await sessionApp()
    const sessions = app.resolve(Sessions)
    const session = await sessions.signIn(undefined, 'ada')
    for (const options of [{ except: session }, { except: '' }, { expect: session.id }])
      await expect(sessions.revokeAll('ada', options as never)).rejects.toMatchObject({
        code: 'ERR_CORE_ARGUMENT',
      })
    expect(await sessions.revokeAll('ada', { except: session.id })).toBe(0)
    expect(await sessions.list('ada')).toHaveLength(1)
  })

  it('stays when all others of its user are revoked', async () => {
    await using app = await sessionApp()
    const [here, there, eve] = [new Browser(app), new Browser(app), new Browser(app)]
    await here.ask('POST', '/sign-in/ada')
    await there.ask('POST', '/sign-in/ada')
    await eve.ask('POST', '/sign-in/eve')
    expect(await (await here.ask('DELETE', '/sessions')).json()).toEqual({ ended: 1 })
    const statuses = await Promise.all([here, there, eve].map((one) => one.status('GET', '/me')))
    expect(statuses).toEqual([200, 401, 200])
  })
})

describe('a rotation', () => {
  it('gives another cookie, and the one before is good for a moment and no longer', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    expect(await browser.status('POST', '/rotate')).toBe(200)
    expect(browser.cookie).not.toBe(before.cookie)
    expect(await before.status('GET', '/me')).toBe(200)
    await app.clock.advance(9_999)
    expect(await before.status('GET', '/me')).toBe(200)
    await app.clock.advance(1)
    expect(await before.status('GET', '/me')).toBe(401)
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('does not let the cookie before it keep the session alive', async () => {
    const providers = [sessionsBy({ idleMs: 20_000, graceMs: 15_000 })]
    await using app = await sessionApp({ providers })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    await browser.ask('POST', '/rotate')
    await app.clock.advance(14_000)
    expect(await before.status('GET', '/me')).toBe(200)
    await app.clock.advance(6_000)
    expect(await browser.status('GET', '/me')).toBe(401)
  })

  it('remembers the cookies from before the last four, and no more', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before: Browser[] = []
    for (let at = 0; at < 5; at++) {
      before.push(new Browser(app, browser.cookie))
      await browser.ask('POST', '/rotate')
    }
    const statuses = await Promise.all(before.map((one) => one.status('GET', '/me')))
    expect(statuses).toEqual([401, 200, 200, 200, 200])
  })

  it('has no moment after a sign-out', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    await browser.ask('POST', '/rotate')
    await browser.ask('POST', '/sign-out')
    expect(await before.status('GET', '/me')).toBe(401)
  })

  it('by a request with the cookie before it changes the session, and sets no third cookie', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    await browser.ask('POST', '/rotate')
    const answer = await before.ask('POST', '/sudo')
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    await app.clock.advance(20_000)
    expect(await browser.status('GET', '/secret')).toBe(200)
    expect(await before.status('GET', '/me')).toBe(401)
  })

  it('by two requests at once throws nobody out', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const statuses = await Promise.all([1, 2, 3].map(() => browser.status('POST', '/sudo')))
    expect(statuses).toEqual([200, 200, 200])
    await app.clock.advance(20_000)
    expect(await browser.status('GET', '/secret')).toBe(200)
  })

  it('notes a new proof by what was proven now, and no more', async () => {
    await using app = await sessionApp()
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await browser.status('GET', '/secret')).toBe(401)
    const before = browser.cookie
    expect(await (await browser.ask('POST', '/sudo')).json()).toEqual(['otp'])
    expect(browser.cookie).not.toBe(before)
    expect(await browser.status('GET', '/secret')).toBe(200)
    await app.clock.advance(60_001)
    expect(await browser.status('GET', '/secret')).toBe(401)
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('does not lift the cookie from before a proof, of which somebody else may have a copy', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({ graceMs: 10_000 })] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const copy = new Browser(app, browser.cookie)
    expect(await copy.status('GET', '/secret')).toBe(401)
    await browser.ask('POST', '/sudo')
    expect(await browser.status('GET', '/secret')).toBe(200)
    expect(await copy.status('GET', '/me')).toBe(200)
    expect(await copy.status('GET', '/secret')).toBe(401)
    // Nor does a rotation that follows, and what was proved stays with the session.
    await browser.ask('POST', '/rotate')
    expect(await copy.status('GET', '/secret')).toBe(401)
    expect(await browser.status('GET', '/secret')).toBe(200)
    await app.clock.advance(10_000)
    expect(await copy.status('GET', '/me')).toBe(401)
  })

  it('by the cookie from before takes nothing of a proof away', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({ graceMs: 10_000 })] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const before = new Browser(app, browser.cookie)
    await browser.ask('POST', '/sudo')
    await before.ask('POST', '/rotate')
    expect(await browser.status('GET', '/secret')).toBe(200)
  })

  it('needs a session', async () => {
    await using app = await sessionApp()
    expect(await new Browser(app).status('POST', '/rotate')).toBe(401)
  })
})

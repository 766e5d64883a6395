import { channel } from 'node:diagnostics_channel'
import { bind, runInNewFrame, type Bus, type KeyValueStore } from '@keelson/core'
import {
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
  createSeededRandom,
  systemClock,
} from '@keelson/core/ports'
import { createMemoryLogger } from '@keelson/core/spi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { keyValueSessionStore, session, Sessions, type SessionStore } from '@keelson/auth/sessions'
import { Browser } from './session-browser.ts'
import { NOW, sessionApp, sessionRoutes, sessionsBy } from './session-app.ts'

const down = (): Promise<never> => Promise.reject(new Error('ECONNREFUSED'))
const silent = (): Promise<never> => new Promise(() => {})

/** A store whose methods a test replaces while it runs. */
function faulty(faults: Partial<SessionStore>): SessionStore {
  const store = keyValueSessionStore(createMemoryStore(), systemClock)
  return new Proxy(store, {
    get: (kept, name) => {
      const value = (faults as Record<string | symbol, unknown>)[name] ?? Reflect.get(kept, name, kept)
      return typeof value === 'function' ? value.bind(kept) : value
    },
  })
}

describe('a store that is down', () => {
  it.each<[string, () => Promise<never>]>([
    ['is down', down],
    ['does not answer', silent],
  ])('is a 503 for all who bring a cookie, and nothing for those who bring none: it %s', async (_, fault) => {
    const faults: Partial<SessionStore> = {}
    await using app = await sessionApp({ providers: [sessionsBy({ storeTimeoutMs: 500 }, faulty(faults))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    Object.assign(faults, { read: fault })
    for (const path of ['/me', '/sign-in']) {
      const asked = browser.ask('GET', path)
      await timeOut(app, asked)
      const answer = await asked
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(await new Browser(app).status('GET', '/sign-in')).toBe(200)
    expect(await new Browser(app).status('GET', '/me')).toBe(401)
    delete faults.read
    expect(await browser.status('GET', '/me')).toBe(200)
    app.takeErrors()
  })

  it('signs nobody in, and sets no cookie', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty({ write: down }))] })
    const browser = new Browser(app)
    const answer = await browser.ask('POST', '/sign-in/ada')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.headers.getSetCookie()).toEqual([])
    app.takeErrors()
  })

  it('does not leave the session of before alive beside a new one', async () => {
    const faults: Partial<SessionStore> = {}
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty(faults))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const { cookie } = browser
    faults.destroy = down
    expect(await browser.status('POST', '/sign-in/eve')).toBe(503)
    expect(browser.cookie).toBe(cookie)
    expect(await (await browser.ask('GET', '/me')).text()).toBe('Ada')
    app.takeErrors()
  })

  it('says so at a sign-out, after which this browser has no cookie', async () => {
    const faults: Partial<SessionStore> = {}
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty(faults))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    faults.destroy = down
    expect(await browser.status('POST', '/sign-out')).toBe(503)
    expect(browser.cookie).toBeUndefined()
    app.takeErrors()
  })

  it('rotates nothing, and the cookie stays good', async () => {
    const faults: Partial<SessionStore> = {}
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty(faults))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    faults.rotate = down
    expect(await browser.status('POST', '/rotate')).toBe(503)
    delete faults.rotate
    expect(await browser.status('GET', '/me')).toBe(200)
    app.takeErrors()
  })

  it('is not waited for when the request has ended', async () => {
    const log = createMemoryLogger()
    const ports = [systemClock, createSeededRandom(1), createMemoryBus(), log.log] as const
    const sessions = new Sessions(faulty({ listByUser: silent }), ...ports)
    const controller = new AbortController()
    const listed = runInNewFrame(() => sessions.list('ada'), { signal: controller.signal })
    controller.abort(new Error('The client is gone.'))
    await expect(listed).rejects.toThrow('The client is gone.')
  })
})

describe('the use of a session', () => {
  const counted = () => {
    const calls: string[] = []
    const store = keyValueSessionStore(createMemoryStore(), systemClock)
    const proxy: SessionStore = new Proxy(store, {
      get: (kept, name) => {
        const value: unknown = Reflect.get(kept, name, kept)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          calls.push(String(name))
          return (value as (...given: unknown[]) => unknown).apply(kept, args)
        }
      },
    })
    return { calls, store: proxy }
  }

  it('costs one reading a request, also where the handler asks for the session', async () => {
    const { calls, store } = counted()
    await using app = await sessionApp({ providers: [sessionsBy({}, store)] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    calls.length = 0
    await browser.ask('GET', '/me')
    expect(calls).toEqual(['read'])
    calls.length = 0
    await browser.ask('GET', '/sessions')
    expect(calls).toEqual(['read', 'listByUser'])
  })

  it('is noted at most once a minute, by one of many requests at once', async () => {
    const { calls, store } = counted()
    await using app = await sessionApp({ providers: [sessionsBy({}, store)] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    calls.length = 0
    for (let at = 0; at < 6; at++) {
      await Promise.all([1, 2, 3, 4].map(() => browser.ask('GET', '/me')))
      await app.clock.advance(30_000)
    }
    expect(calls.filter((call) => call === 'rotate')).toHaveLength(2)
    const [listed] = await app.resolve(Sessions).list('ada')
    expect(listed?.lastSeenAt).toBe(NOW + 120_000)
  })

  it('is noted often enough where a session is short', async () => {
    const { calls, store } = counted()
    await using app = await sessionApp({ providers: [sessionsBy({ idleMs: 10_000 }, store)] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    for (let at = 0; at < 6; at++) {
      await app.clock.advance(9_000)
      expect(await browser.status('GET', '/me')).toBe(200)
    }
    expect(calls.filter((call) => call === 'rotate')).toHaveLength(6)
  })

  it('is answered although it cannot be noted, which the log says', async () => {
    const faults: Partial<SessionStore> = { rotate: down }
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty(faults))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    await app.clock.advance(60_000)
    expect(await browser.status('GET', '/me')).toBe(200)
    await expect.poll(() => JSON.stringify(app.log.lines)).toContain('It could not be noted')
    expect(await browser.status('GET', '/me')).toBe(200)
  })

  it('does not wait for the note', async () => {
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty({ rotate: silent }))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    await app.clock.advance(60_000)
    expect(await browser.status('GET', '/me')).toBe(200)
    await app.clock.advance(1000)
  })
})

describe('what is told of sessions', () => {
  const EVENTS = ['signed-in', 'signed-out', 'refused', 'revoked', 'rotated'] as const

  it('are events without secrets', async () => {
    const told: { event: string }[] = []
    const listen = (message: unknown) => told.push(message as { event: string })
    for (const event of EVENTS) channel(`keelson:auth:${event}`).subscribe(listen)
    await using app = await sessionApp()
    const browser = new Browser(app)
    const cookies: string[] = []
    const ask = async (method: string, path: string) => {
      await browser.ask(method, path)
      if (browser.cookie !== undefined) cookies.push(browser.cookie)
    }
    await ask('POST', '/sign-in/ada')
    await ask('POST', '/rotate')
    await ask('POST', '/sign-out')
    await ask('POST', '/sign-in/ada')
    await app.resolve(Sessions).revokeAll('ada')
    await ask('GET', '/me')
    for (const event of EVENTS) channel(`keelson:auth:${event}`).unsubscribe(listen)
    expect(told).toEqual([
      expect.objectContaining({ event: 'signed-in', by: 'session', principalId: 'ada', routeName: 'signIn' }),
      expect.objectContaining({ event: 'rotated', by: 'session', principalId: 'ada', routeName: 'rotate' }),
      expect.objectContaining({ event: 'signed-out', by: 'session', principalId: 'ada' }),
      expect.objectContaining({ event: 'signed-in' }),
      expect.objectContaining({ event: 'revoked', reason: 'All sessions were revoked.', principalId: 'ada' }),
      expect.objectContaining({ event: 'refused', by: 'session' }),
    ])
    const all = JSON.stringify([told, app.log.lines])
    for (const cookie of cookies) expect(all).not.toContain(cookie.split('.')[1])
  })

  it('goes out on the bus, to whoever keeps something open for them', async () => {
    const bus = createMemoryBus()
    await using here = await sessionApp({ ports: { bus } })
    await using there = await sessionApp({ ports: { bus } })
    const heard: unknown[] = []
    const stop = await there.resolve(Sessions).onRevoked((revoked) => void heard.push(revoked))
    const browser = new Browser(here)
    await browser.ask('POST', '/sign-in/ada')
    const sessions = here.resolve(Sessions)
    const [first] = await sessions.list('ada')
    await browser.ask('POST', '/rotate')
    await browser.ask('POST', '/sign-out')
    await expect.poll(() => heard).toEqual([{ userId: 'ada', ids: [first!.id] }])
    const { id } = await sessions.signIn(undefined, 'eve')
    expect(await sessions.revoke('eve', 'unknown')).toBe(false)
    expect(await sessions.revokeAll('eve')).toBe(1)
    await expect.poll(() => heard).toHaveLength(2)
    expect(heard[1]).toEqual({ userId: 'eve', ids: [id] })
    await bus.publish('keelson.auth.sessions.revoked', Buffer.from('2 of a newer version'))
    await stop()
    await sessions.signIn(undefined, 'eve')
    await sessions.revokeAll('eve')
    expect(heard).toHaveLength(2)
  })

  it('is logged where the bus is down, and the session has ended all the same', async () => {
    const bus: Bus = Object.assign(createMemoryBus(), { publish: down })
    await using app = await sessionApp({ ports: { bus } })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    expect(await app.resolve(Sessions).revokeAll('ada')).toBe(1)
    expect(await browser.status('GET', '/me')).toBe(401)
    expect(JSON.stringify(app.log.lines)).toContain('the bus could not tell it')
  })

  it('tells a listener when messages may have been lost', async () => {
    const gaps: (() => unknown)[] = []
    const bus = createMemoryBus()
    const subscribe: Bus['subscribe'] = (topic, listener, options) => {
      gaps.push(() => options?.onGap?.(topic))
      return bus.subscribe(topic, listener, options)
    }
    await using app = await sessionApp({
      ports: { bus: Object.assign(Object.create(bus) as Bus, { subscribe }) },
    })
    let count = 0
    await app.resolve(Sessions).onRevoked(() => {}, { onGap: () => void count++ })
    gaps[0]!()
    expect(count).toBe(1)
  })
})

describe('sessions are refused', () => {
  it.each<[string, never, string]>([
    ['a prefix in the name of the cookie', { cookie: '__Host-session' } as never, 'Option cookie'],
    ['another SameSite', { sameSite: 'none' } as never, 'Option sameSite'],
    ['CSRF switched off', { csrf: false } as never, 'createCsrfJudge'],
    ['a token in place of a judge', { csrf: { token: {} } } as never, "'token'"],
    ['no time at all', { idleMs: 0 } as never, 'Option idleMs'],
    ['a grace without end', { graceMs: 600_000 } as never, 'Option graceMs'],
    ['what does not exist', { idle: 1 } as never, "Did you mean 'idleMs'"],
  ])('with %s', async (_, options, message) => {
    await expect(sessionApp({ providers: [sessionsBy(options)] })).rejects.toThrow(message)
  })

  it('in a scheme without a user, or with another cookie than theirs', async () => {
    expect(() => session({} as never)).toThrow('load')
    expect(() => session({ load: () => ({}), csrf: false } as never)).toThrow("'csrf'")
    await expect(sessionApp({ providers: [sessionsBy({ cookie: 'shop' })] })).rejects.toThrow(
      "Its cookie is 'session', and that of Sessions is 'shop'.",
    )
  })

  it('over a store that may forget them', async () => {
    const store = createMemoryCacheStore()
    const evicting = bind(Sessions, {
      needs: Sessions.inject,
      make: (_store: KeyValueStore, ...ports) => new Sessions(store, ...ports),
    })
    await expect(testApp({ routes: sessionRoutes, providers: [evicting] })).rejects.toThrow('"keeps"')
  })

  it('for what cannot be a user or a factor', async () => {
    await using app = await sessionApp()
    const sessions = app.resolve(Sessions)
    for (const call of [
      sessions.signIn(undefined, ''),
      sessions.signIn(undefined, 'x'.repeat(201)),
      sessions.signIn(undefined, 7 as never),
      sessions.signIn(undefined, 'ada', { factors: ['two words'] }),
      sessions.signIn(undefined, 'ada', { factor: ['pwd'] } as never),
      sessions.signIn(undefined, 'ada', { authenticatedAt: 1.5 }),
    ])
      await expect(call).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
  })
})

describe('a session without a request', () => {
  it('is one that any client may bring, and says when its user proved who it is', async () => {
    await using app = await sessionApp()
    const sessions = app.resolve(Sessions)
    const options = { factors: ['otp'], authenticatedAt: NOW + 999, device: 'CLI' }
    const { token, ...about } = await sessions.signIn(undefined, 'ada', options)
    expect(about).toMatchObject({ userId: 'ada', authenticatedAt: NOW, factors: ['otp'], device: 'CLI' })
    expect(String(token)).not.toContain('.')
    for (const name of ['session', '__Host-session'])
      expect(await new Browser(app, `${name}=${token.reveal()}`).status('GET', '/secret')).toBe(200)
    const old = await sessions.signIn(undefined, 'ada', { factors: ['otp'], authenticatedAt: NOW - 60_001 })
    expect(await new Browser(app, `session=${old.token.reveal()}`).status('GET', '/secret')).toBe(401)
  })

  it('is stored as the hash of its secret', async () => {
    const store = createMemoryStore()
    await using app = await sessionApp({ ports: { store } })
    const { token, id } = await app.resolve(Sessions).signIn(undefined, 'ada')
    const [, secret = ''] = token.reveal().split('.')
    const kept = Buffer.from((await store.get(`session:id:${id}`)) ?? []).toString()
    expect(kept).toMatch(/^1 \{/)
    expect(kept).not.toContain(secret)
  })
})

/** Lets the time of the app pass until there is an answer. */
async function timeOut(app: Awaited<ReturnType<typeof sessionApp>>, asked: Promise<unknown>): Promise<void> {
  let isDone = false
  void asked.finally(() => (isDone = true))
  while (!isDone) {
    await new Promise(setImmediate)
    await app.clock.advance(10)
  }
}

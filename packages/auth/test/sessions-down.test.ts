import { runInNewFrame } from '@keelson/core'
import { createMemoryBus, createMemoryStore, createSeededRandom, systemClock } from '@keelson/core/ports'
import { createMemoryLogger } from '@keelson/core/spi'
import { describe, expect, it } from 'vitest'
import { keyValueSessionStore, Sessions, type SessionStore } from '@keelson/auth/sessions'
import { Browser } from './session-browser.ts'
import { NOW, sessionApp, sessionsBy } from './session-app.ts'

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

  it('tells the log which change was lost to others, and the caller nothing of it', async () => {
    const rotate = () => Promise.resolve(false)
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty({ rotate }))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    const answer = await browser.ask('POST', '/rotate')
    expect(answer.status).toBe(503)
    expect(await answer.text()).not.toContain('rotate')
    expect(JSON.stringify(app.log.lines)).toContain('`rotate` of a session was lost 10 times')
    const sessions = app.resolve(Sessions)
    await sessions.revokeAll('ada')
    await expect(sessions.revokeAll('ada')).rejects.toMatchObject({
      status: 503,
      cause: {
        message: expect.stringContaining('of the mark that ends the sessions of a user was lost 10 times'),
      },
    })
    app.takeErrors()
  })

  it('does not wait for the note, nor begins a second one meanwhile', async () => {
    let count = 0
    const rotate = (): Promise<never> => {
      count++
      return silent()
    }
    await using app = await sessionApp({ providers: [sessionsBy({}, faulty({ rotate }))] })
    const browser = new Browser(app)
    await browser.ask('POST', '/sign-in/ada')
    await app.clock.advance(60_000)
    for (let at = 0; at < 3; at++) expect(await browser.status('GET', '/me')).toBe(200)
    expect(count).toBe(1)
    await app.clock.advance(1000)
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

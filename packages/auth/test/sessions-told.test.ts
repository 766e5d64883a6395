import { channel } from 'node:diagnostics_channel'
import type { Bus } from '@keelson/core'
import { createMemoryBus, createMemoryCacheStore, createMemoryStore } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { session, Sessions } from '@keelson/auth/sessions'
import { Browser } from './session-browser.ts'
import { NOW, sessionApp, sessionRoutes, sessionsBy } from './session-app.ts'

const down = (): Promise<never> => Promise.reject(new Error('ECONNREFUSED'))

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
      expect.objectContaining({ event: 'signed-in', by: 'session', principalId: 'ada', route: 'signIn' }),
      expect.objectContaining({ event: 'rotated', by: 'session', principalId: 'ada', route: 'rotate' }),
      expect.objectContaining({ event: 'signed-out', by: 'session', principalId: 'ada' }),
      expect.objectContaining({ event: 'signed-in' }),
      expect.objectContaining({ event: 'revoked', reason: 'All sessions were revoked.', principalId: 'ada' }),
      expect.objectContaining({ event: 'refused', by: 'session' }),
    ])
    const all = JSON.stringify([told, app.log.lines])
    for (const cookie of cookies) expect(all).not.toContain(cookie.split('.')[1])
  })

  it('goes out on the bus, to all who keep something open for them', async () => {
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
    await bus.publish('keelson.auth.sessions.revoked', Buffer.from('2 {"userId":"ada","ids":[]}'))
    await stop()
    await sessions.signIn(undefined, 'eve')
    await sessions.revokeAll('eve')
    expect(heard).toHaveLength(2)
  })

  it.each([
    'x',
    '2 {"userId":"ada","ids":["a"]}',
    '1 {"userId":"ada","ids"',
    '1 null',
    '1 7',
    '1 {"userId":"ada","ids":[7]}',
    '1 {"ids":["a"]}',
  ])('counts as lost where it is not understood: %s', async (text) => {
    const bus = createMemoryBus()
    await using app = await sessionApp({ ports: { bus } })
    const heard: unknown[] = []
    let gaps = 0
    const onGap = () => void gaps++
    await app.resolve(Sessions).onRevoked((revoked) => void heard.push(revoked), { onGap })
    await bus.publish('keelson.auth.sessions.revoked', Buffer.from(text))
    await expect.poll(() => gaps).toBe(1)
    expect(heard).toEqual([])
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
    ['CSRF switched off', { csrf: false } as never, 'csrf: '],
    ['a token in place of a judge', { csrf: { token: {} } } as never, "'token'"],
    ['no time at all', { idleMs: 0 } as never, 'Option idleMs'],
    ['a grace without end', { graceMs: 600_000 } as never, 'Option graceMs'],
    [
      'an idle time beyond the lifetime',
      { idleMs: 86_400_001 } as never,
      'Give a lifetimeMs that is as long',
    ],
    ['what does not exist', { idle: 1 } as never, "Did you mean 'idleMs'"],
  ])('with %s', (_, options, message) => {
    expect(() => Sessions.bind(options)).toThrow(message)
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
    const evicting = Sessions.bind({ store: () => store })
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

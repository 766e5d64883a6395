// What tokens do when a store or a bus does not do what it should.
import { setImmediate as turn } from 'node:timers/promises'
import type { Bus, KeyValueStore } from '@keelson/core'
import { createMemoryBus, createMemoryStore } from '@keelson/core/ports'
import { createMemoryLogger } from '@keelson/core/spi'
import { decodeJwt } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EndAccess } from '@keelson/auth'
import { keyValueRefreshTokenStore, Tokens, type RefreshTokenStore } from '@keelson/auth/tokens'
import { systemClock } from '@keelson/core/ports'
import { ISSUER, issuerApp, type Answer } from './token-issuer.ts'

const keys = [{ secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }]

async function opened(...[options, shared]: Parameters<typeof issuerApp>) {
  const app = await issuerApp({ keys, ...options }, shared)
  onTestFinished(() => {
    app.takeErrors()
    return app.close()
  })
  return app
}

/** A store whose methods a test replaces. */
function changed<T extends object>(one: T, change: Partial<T>): T {
  return new Proxy(one, {
    get: (target, name) => {
      const found: unknown = Reflect.get(name in change ? change : target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}

describe('while the store is down', () => {
  it('nobody is let in, and nobody signed out: 503 with retry-after', async () => {
    const store = createMemoryStore()
    const app = await opened({}, { store })
    const [seen, unseen] = [await app.signIn(), await app.signIn()]
    expect(await app.status(seen.access_token)).toBe(200)
    await store.close()
    // What was verified, and not revoked, is known.
    expect(await app.status(seen.access_token)).toBe(200)
    for (const answer of [
      await app.request('GET', '/open', { headers: { authorization: `Bearer ${unseen.access_token}` } }),
      await app.refresh(seen.refresh_token),
      await app.request('POST', '/sign-in', { json: { id: 'ada' } }),
      await app.request('POST', '/end/ada'),
    ]) {
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
    }
  })

  it('the answer of the token endpoint says temporarily_unavailable', async () => {
    const store = createMemoryStore()
    const app = await opened({}, { store })
    const { refresh_token: token } = await app.signIn()
    await store.close()
    expect(await (await app.refresh(token)).json()).toMatchObject({ error: 'temporarily_unavailable' })
  })
})

it('a store that does not answer is waited for no longer than its time', async () => {
  const store = createMemoryStore()
  let isSlow = false
  const slow = changed<KeyValueStore>(store, {
    get: (key, options) => (isSlow ? new Promise(() => {}) : store.get(key, options)),
  })
  const app = await opened({ storeTimeoutMs: 200 }, { store: slow })
  const { refresh_token: token } = await app.signIn()
  isSlow = true
  let status = 0
  const asked = app.refresh(token).then((answer) => (status = answer.status))
  while (status === 0) {
    await app.clock.advance(200)
    await turn()
  }
  await asked
  expect(status).toBe(503)
})

it('a token whose rotation was written, and answered with a failure, gives that answer when it comes again', async () => {
  const store = createMemoryStore()
  let fails = true
  const broken = changed<KeyValueStore>(store, {
    compareAndSet: async (key, change) => {
      const isDone = await store.compareAndSet(key, change)
      if (fails && key.includes('family:')) throw new Error('ECONNRESET')
      return isDone
    },
  })
  const app = await opened({}, { store: broken })
  const { refresh_token: token } = await app.signIn()
  expect((await app.refresh(token)).status).toBe(503)
  fails = false
  const again = await app.refresh(token)
  expect(again.status).toBe(200)
  const next = (await again.json()) as Answer
  expect((await app.refresh(next.refresh_token)).status).toBe(200)
})

describe('a revocation that could not be written', () => {
  /** Two processes, the first of which cannot write what is revoked while `isDown`. */
  async function halfway() {
    const [store, bus, state] = [createMemoryStore(), createMemoryBus(), { isDown: false }]
    const unless = <T>(key: string, work: () => Promise<T>) =>
      state.isDown && key.includes('revoked-tokens') ? Promise.reject(new Error('ECONNREFUSED')) : work()
    const failing = changed<KeyValueStore>(store, {
      set: (key, ...about) => unless(key, () => store.set(key, ...about)),
      compareAndSet: (key, ...about) => unless(key, () => store.compareAndSet(key, ...about)),
    })
    return { one: await opened({}, { store: failing, bus }), two: await opened({}, { store, bus }), state }
  }

  it('is done when it comes again', async () => {
    const { one, two, state } = await halfway()
    const answer = await one.signIn()
    expect(await two.status(answer.access_token)).toBe(200)
    state.isDown = true
    expect((await one.post('/oauth/revoke', { token: answer.refresh_token })).status).toBe(503)
    state.isDown = false
    expect((await one.post('/oauth/revoke', { token: answer.refresh_token })).status).toBe(200)
    expect(await two.status(answer.access_token)).toBe(401)
    expect((await two.refresh(answer.refresh_token)).status).toBe(400)
  })

  it('of a token that was used twice is done by the next use', async () => {
    const { one, two, state } = await halfway()
    const first = await one.signIn()
    const second = (await (await one.refresh(first.refresh_token)).json()) as Answer
    expect(await two.status(second.access_token)).toBe(200)
    state.isDown = true
    expect((await one.refresh(first.refresh_token, { 'user-agent': 'thief' })).status).toBe(503)
    state.isDown = false
    expect((await one.refresh(first.refresh_token, { 'user-agent': 'thief' })).status).toBe(400)
    expect(await two.status(second.access_token)).toBe(401)
    expect((await two.refresh(second.refresh_token)).status).toBe(400)
  })

  it('of all tokens of a user is done by the next call', async () => {
    const { one, two, state } = await halfway()
    const answers = [await one.signIn(), await one.signIn()]
    for (const { access_token: token } of answers) expect(await two.status(token)).toBe(200)
    state.isDown = true
    expect((await one.request('POST', '/end/ada')).status).toBe(503)
    state.isDown = false
    expect((await one.request('POST', '/end/ada')).status).toBe(204)
    for (const { access_token: token } of answers) expect(await two.status(token)).toBe(401)
    for (const { refresh_token: token } of answers) expect((await two.refresh(token)).status).toBe(400)
  })

  it('keeps none of the other tokens of a user', async () => {
    const store = createMemoryStore()
    let isDown = false
    let kept = ''
    const failing = changed<KeyValueStore>(store, {
      delete: (key, ...about) => {
        if (isDown && key.includes('family:')) kept ||= key
        return isDown && key === kept ? Promise.reject(new Error('EIO')) : store.delete(key, ...about)
      },
    })
    const app = await opened({}, { store: failing })
    const tokens = [await app.signIn(), await app.signIn(), await app.signIn()].map(
      (one) => one.refresh_token,
    )
    const isActive = async (token: string) => (await app.tokens.introspect(token)).active
    isDown = true
    await expect(app.tokens.revokeAll('ada')).rejects.toMatchObject({
      code: 'ERR_CORE_UNAVAILABLE',
      message: 'Refresh tokens cannot be read or changed now.',
    })
    expect((await Promise.all(tokens.map(isActive))).filter(Boolean)).toHaveLength(1)
    isDown = false
    expect(await app.tokens.revokeAll('ada')).toBe(1)
    expect((await Promise.all(tokens.map(isActive))).filter(Boolean)).toEqual([])
  })
})

describe('while the bus is down', () => {
  const refused = () => Promise.reject(new Error('ECONNREFUSED'))
  const mute = (publish: Bus['publish'] = refused) => changed<Bus>(createMemoryBus(), { publish })

  it('what is revoked is so all the same', async () => {
    const app = await opened({}, { bus: mute() })
    const [one, family] = [await app.signIn(), await app.signIn()]
    for (const { access_token: token } of [one, family]) expect(await app.status(token)).toBe(200)
    expect((await app.post('/oauth/revoke', { token: one.access_token })).status).toBe(200)
    expect((await app.post('/oauth/revoke', { token: family.refresh_token })).status).toBe(200)
    for (const { access_token: token } of [one, family]) expect(await app.status(token)).toBe(401)
    expect((await app.refresh(family.refresh_token)).status).toBe(400)
  })

  it('all tokens of a user end, by endAccess as well, in processes that have not seen them too', async () => {
    const store = createMemoryStore()
    const app = await opened({ maxPerUser: 100 }, { store, bus: mute() })
    const other = await opened({}, { store })
    for (const end of [
      () => app.tokens.revokeAll('ada'),
      async () => (await app.resolve(EndAccess).endAccess('ada'))['tokens'],
    ]) {
      const answers = []
      for (let at = 0; at < 60; at++) answers.push(await app.signIn())
      expect(await end()).toBe(60)
      for (const { refresh_token: token } of answers)
        expect(await app.tokens.introspect(token)).toEqual({ active: false })
      expect(await other.status(answers[0]!.access_token)).toBe(401)
    }
  })

  it('a token that comes again after it was used ends its family', async () => {
    const app = await opened({}, { bus: mute() })
    const first = await app.signIn()
    const second = (await (await app.refresh(first.refresh_token)).json()) as Answer
    expect((await app.refresh(first.refresh_token, { 'user-agent': 'thief' })).status).toBe(400)
    expect((await app.refresh(second.refresh_token)).status).toBe(400)
    expect(await app.status(second.access_token)).toBe(401)
  })

  it('the log says that others were not told, also by a bus that does not answer', async () => {
    const log = createMemoryLogger()
    for (const publish of [refused, () => new Promise<never>(() => {})]) {
      const ports = { store: createMemoryStore(), bus: mute(publish), clock: systemClock, log: log.log }
      const tokens = new Tokens(ports, { keys, issuer: ISSUER, audience: 'orders', storeTimeoutMs: 20 })
      await tokens.revoke(await tokens.issueAccess('ada'))
    }
    expect(log.lines).toHaveLength(2)
    for (const line of log.lines)
      expect(line).toMatchObject({
        level: 40,
        revoked: { kind: 'id' },
        msg: expect.stringContaining('the bus could not tell it'),
      })
  })

  it('messages that may be lost have each token looked up anew', async () => {
    const store = createMemoryStore()
    const bus = createMemoryBus()
    let gap: (() => unknown) | undefined
    const deaf = changed<Bus>(bus, {
      subscribe: (_topic, _listener, options) => {
        gap = () => options?.onGap?.('')
        return Promise.resolve(() => Promise.resolve())
      },
    })
    const one = await opened({}, { store })
    const two = await opened({}, { store, bus: deaf })
    const answer = await one.signIn()
    expect(await two.status(answer.access_token)).toBe(200)
    await one.tokens.revoke(answer.access_token)
    // It was not told, nor that there was something to be told.
    expect(await two.status(answer.access_token)).toBe(200)
    await gap?.()
    expect(await two.status(answer.access_token)).toBe(401)
  })

  it.each([true, false])(
    'what was revoked stays so after a gap, whatever the store has lost: asked %s',
    async (checkRevoked) => {
      const [store, bus] = [createMemoryStore(), createMemoryBus()]
      let gap: (() => unknown) | undefined
      const gapped = changed<Bus>(bus, {
        subscribe: (topic, listener, options) => {
          gap = () => options?.onGap?.(topic)
          return bus.subscribe(topic, listener, options)
        },
      })
      const app = await opened({ checkRevoked }, { store, bus: gapped })
      const [one, family, all] = [await app.signIn(), await app.signIn(), await app.signIn('bob')]
      const tokens = [one, family, all].map(({ access_token: token }) => token)
      for (const token of tokens) expect(await app.status(token)).toBe(200)
      await app.tokens.revoke(one.access_token)
      await app.tokens.revoke(family.refresh_token)
      await app.tokens.revokeAll('bob')
      for (const token of tokens) await store.delete(`revoked-tokens:id:${decodeJwt(token).jti}`)
      for (const token of tokens)
        await store.delete(`revoked-tokens:family:${String(decodeJwt(token)['sid'])}`)
      await gap?.()
      for (const token of tokens) expect(await app.status(token)).toBe(401)
    },
  )

  it('messages that may be lost have the store asked for as long as tokens of before are good', async () => {
    const store = createMemoryStore()
    const bus = createMemoryBus()
    const one = await opened({}, { store })
    const two = await opened({ checkRevoked: false, accessTtlMs: 600_000 }, { store, bus })
    const [before, after] = [await two.signIn(), await two.signIn('bob')]
    await one.tokens.revokeAll('ada')
    await one.tokens.revokeAll('bob')
    expect(await two.status(before.access_token)).toBe(200)
    await bus.publish('keelson.auth.revoked-tokens', Buffer.from('2 what is this'))
    await turn()
    expect(await two.status(before.access_token)).toBe(401)
    await two.clock.advance(599_000)
    expect(await two.status(after.access_token)).toBe(401)
  })

  it.each([
    '2 what is this',
    '1',
    '1 {"kind":"id"',
    '1 null',
    '1 {"kind":"all","value":"a","at":1}',
    '1 {"kind":"id","value":7,"at":1}',
    '1 {"kind":"id","value":"a"}',
  ])('a message that is not understood has each token looked up anew: %s', async (text) => {
    const store = createMemoryStore()
    const bus = createMemoryBus()
    const one = await opened({}, { store })
    const two = await opened({}, { store, bus })
    const answer = await one.signIn()
    expect(await two.status(answer.access_token)).toBe(200)
    await one.tokens.revoke(answer.access_token)
    await bus.publish('keelson.auth.revoked-tokens', Buffer.from(text))
    await turn()
    expect(await two.status(answer.access_token)).toBe(401)
  })
})

it('what was revoked stays so, however much is revoked after it, also where the store is not asked', async () => {
  const ports = { store: createMemoryStore(), bus: createMemoryBus(), clock: systemClock }
  const tokens = new Tokens(ports, { keys, issuer: ISSUER, audience: 'orders', checkRevoked: false })
  const token = await tokens.issueAccess('ada')
  await tokens.revokeAll('ada')
  expect(await tokens.introspect(token)).toEqual({ active: false })
  for (let at = 0; at < 50_000; at++) await tokens.revokeAll(`${at}`)
  expect(await tokens.introspect(token)).toEqual({ active: false })
})

it('a sign-in that is writing its family while all tokens of the user are revoked is over', async () => {
  const store = createMemoryStore()
  let write = () => {}
  const written = new Promise<void>((resolve) => (write = resolve))
  let begin = () => {}
  const began = new Promise<void>((resolve) => (begin = resolve))
  const slow = changed<KeyValueStore>(store, {
    add: async (...about) => {
      begin()
      await written
      return store.add(...about)
    },
  })
  const app = await opened({}, { store: slow })
  const signingIn = app.signIn()
  await began
  expect((await app.request('POST', '/end/ada')).status).toBe(204)
  write()
  const answer = await signingIn
  expect(await app.status(answer.access_token)).toBe(401)
  expect((await app.refresh(answer.refresh_token)).status).toBe(400)
  const later = await app.signIn()
  expect(await app.status(later.access_token)).toBe(200)
  expect((await app.refresh(later.refresh_token)).status).toBe(200)
})

it('refresh tokens are kept by the store that services give', async () => {
  const kept = keyValueRefreshTokenStore(createMemoryStore(), systemClock)
  const families: string[] = []
  class Table implements RefreshTokenStore {
    static readonly inject = [] as const
    add: RefreshTokenStore['add'] = (family, options) => {
      families.push(family.userId)
      return kept.add(family, options)
    }
    find: RefreshTokenStore['find'] = (id, options) => kept.find(id, options)
    replace: RefreshTokenStore['replace'] = (family, hash, options) => kept.replace(family, hash, options)
    listByUser: RefreshTokenStore['listByUser'] = (userId, options) => kept.listByUser(userId, options)
    remove: RefreshTokenStore['remove'] = (id, userId, options) => kept.remove(id, userId, options)
  }
  const inject = { table: Table }
  const app = await opened({ inject, store: (({ table }: { table: Table }) => table) as never })
  const first = await app.signIn()
  expect((await app.refresh(first.refresh_token)).status).toBe(200)
  expect(families).toEqual(['ada'])
})

it('refresh tokens are kept in a key-value store of their own, and what was revoked in that of the app', async () => {
  const own = createMemoryStore()
  const app = await opened({ store: () => own })
  const first = await app.signIn()
  const families = await keyValueRefreshTokenStore(own, systemClock).listByUser('ada')
  expect(families).toHaveLength(1)
  await app.tokens.revokeAll('ada')
  expect(await app.status(first.access_token)).toBe(401)
  expect((await app.refresh(first.refresh_token)).status).toBe(400)
})

it('who loses each change to others tells the log which', async () => {
  const lost = changed(createMemoryStore(), { compareAndSet: () => Promise.resolve(false) })
  const ports = { store: lost, bus: createMemoryBus(), clock: systemClock }
  const tokens = new Tokens(ports, { keys, issuer: ISSUER, audience: 'orders', refresh: false })
  await expect(tokens.revokeAll('ada')).rejects.toMatchObject({
    status: 503,
    message: 'The same tokens are being revoked by others.',
    cause: {
      message: expect.stringMatching(/^`compareAndSet` of the revocation of a user was lost 100 times/),
    },
  })
  const families = keyValueRefreshTokenStore(lost, systemClock)
  const family = { id: 'a', userId: 'ada', clientId: 'app', hash: 'h', expiresAt: Date.now() + 60_000 }
  await expect(families.add(family as never)).rejects.toMatchObject({
    status: 503,
    message: 'What belongs to the user is being changed by others.',
    cause: {
      message: expect.stringMatching(/^`compareAndSet` of the list of a user \(family\) was lost 100 times/),
    },
  })
})

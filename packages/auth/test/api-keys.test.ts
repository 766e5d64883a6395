import { channel } from 'node:diagnostics_channel'
import { route, runInNewFrame, type KeyValueStore } from '@keelson/core'
import { createTransactionScope, currentTransaction, runInTransaction } from '@keelson/core/frames'
import { createFakeClock, createMemoryCacheStore, createMemoryStore, systemClock } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { ability, anyOf, identityOf, scheme, signedIn } from '@keelson/auth'
import { ApiKeys, apiKeys, keyValueApiKeyStore, type ApiKeyStore } from '@keelson/auth/api-keys'

const NOW = 1_800_000_000_000
const users: Record<string, { readonly id: string }> = { ada: { id: 'ada' }, eve: { id: 'eve' } }

function setUp(store: KeyValueStore | ApiKeyStore = createMemoryStore()) {
  const clock = createFakeClock({ now: NOW })
  return { clock, keys: new ApiKeys(store, clock, { prefix: 'shop', maxPerUser: 3 }) }
}

describe('an API key', () => {
  it('is shown once, and prints as a secret', async () => {
    const store = createMemoryStore()
    const { keys } = setUp(store)
    const issued = await keys.issue({ userId: 'ada', name: 'import', abilities: ['orders:read'] })
    const text = issued.key.reveal()
    expect(text).toMatch(/^shop_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/)
    expect(JSON.stringify(issued)).not.toContain(text.slice(18))
    const [listed] = await keys.list('ada')
    expect(listed).toEqual({
      id: issued.id,
      userId: 'ada',
      name: 'import',
      abilities: ['orders:read'],
      createdAt: NOW,
    })
    const kept = Buffer.from((await store.get(`api-keys:key:${issued.id}`)) ?? []).toString()
    expect(kept).not.toContain(text.slice(18))
  })

  it('is verified, and another secret with its id is not', async () => {
    const { keys } = setUp()
    const one = await keys.issue({ userId: 'ada', name: 'one' })
    const other = setUp()
    const foreign = await other.keys.issue({ userId: 'ada', name: 'foreign' })
    expect(await keys.verify(one.key.reveal())).toMatchObject({ id: one.id, userId: 'ada', abilities: [] })
    expect(await keys.verify(foreign.key.reveal())).toBeUndefined()
    expect(await keys.verify('shop_')).toBeUndefined()
  })

  it('is not good with the hash of another key in its place', async () => {
    const store = keyValueApiKeyStore(createMemoryStore(), systemClock)
    const { keys } = setUp(store)
    const { id, key } = await keys.issue({ userId: 'ada', name: 'one' })
    const stored = (await store.find(id))!
    await store.remove(id, 'ada')
    await store.add({ ...stored, hash: stored.hash.slice(1) })
    expect(await keys.verify(key.reveal())).toBeUndefined()
  })

  it('ends when it is said to', async () => {
    const { keys, clock } = setUp()
    const { key } = await keys.issue({ userId: 'ada', name: 'short', expiresAt: NOW + 90_000 })
    await clock.advance(89_999)
    expect(await keys.verify(key.reveal())).toMatchObject({ expiresAt: NOW + 90_000 })
    await clock.advance(1)
    expect(await keys.verify(key.reveal())).toBeUndefined()
    expect(await keys.list('ada')).toEqual([])
  })

  it('notes its last use, at most once a minute', async () => {
    const writes: number[] = []
    const store = keyValueApiKeyStore(createMemoryStore(), systemClock)
    const counted: ApiKeyStore = {
      add: (key) => store.add(key),
      find: (id) => store.find(id),
      listByUser: (userId) => store.listByUser(userId),
      remove: (id, userId) => store.remove(id, userId),
      touch: (id, at) => {
        writes.push(at)
        return store.touch(id, at)
      },
    }
    const { keys, clock } = setUp(counted)
    const { key } = await keys.issue({ userId: 'ada', name: 'busy' })
    for (let at = 0; at < 5; at++) {
      await keys.verify(key.reveal())
      await clock.advance(20_000)
    }
    expect(writes).toEqual([NOW, NOW + 60_000])
    const [listed] = await keys.list('ada')
    expect(listed?.lastUsedAt).toBe(NOW + 60_000)
  })

  it.each(['committed', 'unknown'] as const)(
    'of a transaction is none where all were revoked before its end, which is %s',
    async (end) => {
      const inner = keyValueApiKeyStore(createMemoryStore(), systemClock)
      let isCommitted = false
      // A table: others see its rows when they are committed. The mark of an end has no name.
      const table: ApiKeyStore = {
        add: (key) => inner.add(key),
        find: (id) => inner.find(id),
        listByUser: async (userId) => {
          const isSeen = isCommitted || currentTransaction() !== undefined
          return (await inner.listByUser(userId)).filter(({ name }) => isSeen || name === '')
        },
        remove: (id, userId) => inner.remove(id, userId),
        touch: (id, at) => inner.touch(id, at),
      }
      const { keys } = setUp(table)
      const scope = createTransactionScope({ name: 'db', onError: () => {} })
      await runInTransaction(scope, () => keys.issue({ userId: 'ada', name: 'late' }))
      expect(await keys.revokeAll('ada')).toBe(0)
      isCommitted = true
      expect(await keys.list('ada')).toHaveLength(1)
      await scope[end]()
      expect(await keys.list('ada')).toEqual([])
    },
  )

  it('is good although its last use cannot be written', async () => {
    const store = keyValueApiKeyStore(createMemoryStore(), systemClock)
    const { keys } = setUp(Object.assign(store, { touch: () => Promise.reject(new Error('read only')) }))
    const { key } = await keys.issue({ userId: 'ada', name: 'one' })
    expect(await keys.verify(key.reveal())).toMatchObject({ userId: 'ada' })
  })

  it('is revoked by its owner alone, and told', async () => {
    const told: unknown[] = []
    const listen = (message: unknown) => told.push(message)
    channel('keelson:auth:revoked').subscribe(listen)
    const { keys } = setUp()
    const { id, key } = await keys.issue({ userId: 'ada', name: 'one' })
    expect(await keys.revoke('eve', id)).toBe(false)
    expect(await keys.verify(key.reveal())).toBeDefined()
    expect(await keys.revoke('ada', id)).toBe(true)
    expect(await keys.revoke('ada', id)).toBe(false)
    expect(await keys.verify(key.reveal())).toBeUndefined()
    channel('keelson:auth:revoked').unsubscribe(listen)
    expect(told).toMatchObject([{ event: 'revoked', by: 'api-keys', principalId: 'ada', keyId: id }])
    expect(JSON.stringify(told)).not.toContain(key.reveal().slice(18))
  })

  it('is one of a few of its user, which can all be revoked', async () => {
    const { keys } = setUp()
    for (const name of ['a', 'b', 'c']) await keys.issue({ userId: 'ada', name })
    await expect(keys.issue({ userId: 'ada', name: 'd' })).rejects.toMatchObject({
      status: 409,
      message: 'A user may have at most 3 API keys. Revoke one first.',
    })
    const { key } = await keys.issue({ userId: 'eve', name: 'e' })
    expect(await keys.revokeAll('ada')).toBe(3)
    expect(await keys.list('ada')).toEqual([])
    expect(await keys.verify(key.reveal())).toBeDefined()
  })

  it('is not waited for when its request has ended, and that is not a failure of the store', async () => {
    const silent: ApiKeyStore = { ...({} as ApiKeyStore), find: () => new Promise(() => {}) }
    const { key } = await setUp().keys.issue({ userId: 'ada', name: 'any' })
    const controller = new AbortController()
    const { keys } = setUp(silent)
    const found = runInNewFrame(() => keys.verify(key.reveal()), { signal: controller.signal })
    controller.abort(new Error('The client is gone.'))
    await expect(found).rejects.toThrow('The client is gone.')
  })

  it('is not made of what cannot be one', async () => {
    const { keys } = setUp()
    for (const wrong of [
      { userId: '', name: 'a' },
      { userId: 'ada', name: 'x'.repeat(201) },
      { userId: 'ada', name: 'a', abilities: ['two words'] },
      { userId: 'ada', name: 'a', scopes: [] },
      { userId: 'ada', name: 'a', expiresAt: NOW },
      { userId: 'ada', name: 'seconds', expiresAt: NOW / 1000 + 3600 },
      { userId: 'ada', name: 'a', expiresAt: Number.MAX_SAFE_INTEGER },
    ])
      await expect(keys.issue(wrong)).rejects.toMatchObject({ code: 'ERR_CORE_ARGUMENT' })
    expect(() => new ApiKeys(createMemoryStore(), systemClock, { prefix: 'Shop-Key' })).toThrow(
      'Option prefix',
    )
    expect(() => new ApiKeys(createMemoryCacheStore(), systemClock)).toThrow('keeps')
  })
})

describe('callers with API keys', () => {
  const jwt = scheme({
    name: 'jwt',
    security: { name: 'jwt', scheme: { type: 'http', scheme: 'bearer' } },
    find: ({ header }) =>
      header('authorization') === 'Bearer aaaa.bbbb.cccc'
        ? { user: { id: 'jwt' }, principal: { id: 'jwt', kind: 'user' } }
        : undefined,
  })
  const api = route
    .use(anyOf(apiKeys({ user: ({ userId }) => users[userId] }), jwt))
    .inject({ keys: ApiKeys })
  const routes = {
    me: api.get('/me', { access: signedIn() }, ({ user, frame }) => ({
      user: user.id,
      principal: identityOf(frame)?.principal ?? null,
    })),
    read: api.get('/orders', { access: ability('orders:read') }, () => []),
    write: api.post('/orders', { access: ability('orders:write') }, () => null),
  }
  const shop = ApiKeys.bind({ prefix: 'shop', storeTimeoutMs: 500 })

  it('are the key, with its abilities', async () => {
    await using app = await testApp({ routes, providers: [shop] })
    const { key, id } = await app
      .resolve(ApiKeys)
      .issue({ userId: 'ada', name: 'import', abilities: ['orders:read'] })
    const headers = { authorization: `bearer ${key.reveal()}` }
    expect(await (await app.request('GET', '/me', { headers })).json()).toEqual({
      user: 'ada',
      principal: { id, kind: 'key', scopes: ['orders:read'] },
    })
    expect((await app.request('GET', '/orders', { headers })).status).toBe(200)
    const refused = await app.request('POST', '/orders', { headers })
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope')
    expect(JSON.stringify(app.log)).not.toContain(key.reveal().slice(18))
  })

  it('are refused with a key that is not good, and nothing of it is told', async () => {
    await using app = await testApp({ routes, providers: [shop] })
    const keys = app.resolve(ApiKeys)
    const gone = await keys.issue({ userId: 'nobody', name: 'gone' })
    const revoked = await keys.issue({ userId: 'ada', name: 'revoked' })
    await keys.revoke('ada', revoked.id)
    for (const text of [
      gone.key.reveal(),
      revoked.key.reveal(),
      `${revoked.key.reveal().slice(0, -1)}~`,
      'shop_',
      `shop_${'A'.repeat(6000)}`,
    ]) {
      const answer = await app.request('GET', '/me', { headers: { authorization: `Bearer ${text}` } })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      expect(await answer.text()).not.toContain(text)
    }
  })

  it('leave what is not a key to other schemes', async () => {
    await using app = await testApp({ routes, providers: [shop] })
    const other = await app.request('GET', '/me', { headers: { authorization: 'Bearer aaaa.bbbb.cccc' } })
    expect(await other.json()).toMatchObject({ user: 'jwt' })
    for (const authorization of ['Basic c2hvcF86', 'Bearer', 'Bearershop_A', 'shop_A'])
      expect((await app.request('GET', '/me', { headers: { authorization } })).status).toBe(401)
  })

  it('may send it in a header of its own, where all is a key', async () => {
    const own = route.use(apiKeys({ user: ({ userId }) => users[userId], header: 'x-api-key' }))
    await using app = await testApp({
      routes: { me: own.get('/me', { access: signedIn() }, ({ user }) => user.id) },
      providers: [shop],
    })
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
    const ask = (headers: Record<string, string>) => app.request('GET', '/me', { headers })
    expect((await ask({ 'x-api-key': key.reveal() })).status).toBe(200)
    expect((await ask({ 'x-api-key': 'aaaa.bbbb.cccc' })).status).toBe(401)
    expect((await ask({ authorization: `Bearer ${key.reveal()}` })).status).toBe(401)
    expect((await ask({})).headers.get('www-authenticate')).toContain('x-api-key')
  })

  it('are 503, never nobody, when the store is down or does not answer', async () => {
    const down = () => Promise.reject(new Error('ECONNREFUSED'))
    const lost: ApiKeyStore = { add: down, find: down, listByUser: down, touch: down, remove: down }
    const silent: ApiKeyStore = { ...lost, find: () => new Promise(() => {}) }
    const { key } = await setUp().keys.issue({ userId: 'ada', name: 'any' })
    for (const store of [lost, silent]) {
      const provider = ApiKeys.bind({ store: () => store, prefix: 'shop', storeTimeoutMs: 500 })
      await using app = await testApp({ routes, providers: [provider], now: NOW })
      const asked = app.request('GET', '/me', { headers: { authorization: `Bearer ${key.reveal()}` } })
      await new Promise(setImmediate)
      await app.clock?.advance(500)
      const answer = await asked
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
      app.takeErrors()
    }
  })

  it('need no set-up', async () => {
    await using app = await testApp({ routes })
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'eve', name: 'any' })
    const answer = await app.request('GET', '/me', { headers: { authorization: `Bearer ${key.reveal()}` } })
    expect(answer.status).toBe(200)
  })
})

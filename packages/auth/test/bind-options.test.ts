// How services of the package are given options, and stores that other services give.
import { randomBytes } from 'node:crypto'
import { KEY_VALUE_STORE, route, token, type KeyValueStore } from '@keelson/core'
import { createMemoryCacheStore, createMemoryStore, systemClock } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import {
  ApiKeys,
  EndAccess,
  keyValueApiKeyStore,
  keyValueSessionStore,
  Passwords,
  Sessions,
} from '@keelson/auth'

const HERE = /packages\/auth\/test\/bind-options\.test\.ts:\d+/
const SHOP = token<{ readonly store: KeyValueStore }>('shop')
const PEPPER = randomBytes(32).toString('hex')
const shop = { store: createMemoryStore() }
const routes = {
  all: route
    .inject({ sessions: Sessions, keys: ApiKeys, passwords: Passwords, access: EndAccess })
    .get('/', { access: 'public' }, () => null),
}

async function problemsOf(work: () => unknown): Promise<readonly string[]> {
  try {
    await work()
  } catch (error) {
    const { problems } = error as {
      problems: readonly Record<'code' | 'place' | 'message' | 'remedy', string>[]
    }
    return problems.map(({ code, place, message, remedy }) => `${code} ${place}: ${message} ${remedy}`)
  }
  throw new Error('Nothing was refused.')
}

describe('a service with options', () => {
  it('takes them by one call, and has its ports from the app', async () => {
    const providers = [
      Sessions.bind({ idleMs: 60_000, cookie: 'shop' }),
      ApiKeys.bind({ prefix: 'shop' }),
      Passwords.bind({ pepper: [PEPPER] }),
    ]
    await using app = await testApp({ routes, providers, now: Date.UTC(2026, 0, 1) })
    const sessions = app.resolve(Sessions)
    expect(sessions.cookie).toBe('shop')
    await sessions.signIn(undefined, 'ada')
    await app.clock?.advance(60_000)
    expect(await sessions.list('ada')).toEqual([])
    const { key } = await app.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
    expect(key.reveal()).toMatch(/^shop_/)
    expect(await app.resolve(Passwords).hash('a plum tree by the canal')).toMatch(/^pepper\./)
    expect(await app.resolve(EndAccess).endAccess('ada')).toEqual({ sessions: 0, apiKeys: 1 })
  })

  it('needs no options', async () => {
    const providers = [Sessions.bind(), ApiKeys.bind(), Passwords.bind()]
    await using app = await testApp({ routes, providers })
    expect([app.resolve(Sessions).cookie, app.resolve(ApiKeys).prefix]).toEqual(['session', 'key'])
    expect(await app.resolve(Passwords).verify('a plum tree by the canal', undefined)).toBeUndefined()
  })

  it.each<[string, (store: KeyValueStore) => { sessions: object; keys: object }]>([
    ['a key-value store', (store) => ({ sessions: store, keys: store })],
    [
      'a store of its own',
      (store) => ({
        sessions: keyValueSessionStore(store, systemClock),
        keys: keyValueApiKeyStore(store, systemClock),
      }),
    ],
  ])('takes %s that services give, and then asks the app for none', async (_, made) => {
    const providers = [
      {
        ...Sessions.bind({
          inject: { shop: SHOP },
          store: ({ shop: { store } }) => made(store).sessions as never,
        }),
      },
      ApiKeys.bind({ inject: { shop: SHOP }, store: ({ shop: { store } }) => made(store).keys as never }),
      { target: SHOP, binding: { value: shop }, place: () => undefined },
    ]
    const refused = {
      target: KEY_VALUE_STORE,
      binding: {
        make: () => {
          throw new Error('The store of the app was asked for.')
        },
      },
      place: () => undefined,
    }
    const only = {
      all: route.inject({ sessions: Sessions, keys: ApiKeys }).get('/', { access: 'public' }, () => null),
    }
    await using app = await testApp({ routes: only, providers: [...providers, refused] })
    await app.resolve(Sessions).signIn(undefined, 'bob')
    await app.resolve(ApiKeys).issue({ userId: 'bob', name: 'import' })
    const other = new ApiKeys(shop.store, systemClock)
    expect(await other.revokeAll('bob')).toBe(1)
    expect(await app.resolve(ApiKeys).list('bob')).toEqual([])
    const sessions = keyValueSessionStore(shop.store, systemClock)
    expect(await sessions.destroyByUser('bob')).toHaveLength(1)
  })
})

describe('what is wrong is told with the place of the call', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['an option', () => Sessions.bind({ idle: 1 } as never), /^ERR_CORE_OPTION Sessions\.bind .*'idleMs'/],
    [
      'options that contradict',
      () => Sessions.bind({ idleMs: 86_400_001 }),
      /^ERR_CORE_OPTION Sessions\.bind .*lifetimeMs/,
    ],
    [
      'an origin',
      () => Sessions.bind({ csrf: { origins: ['shop'] } }),
      /^ERR_CORE_OPTION Sessions\.bind .*csrf: .*shop/,
    ],
    ['a prefix', () => ApiKeys.bind({ prefix: 'Shop' }), /^ERR_CORE_OPTION ApiKeys\.bind .*prefix/],
    [
      'a store',
      () => ApiKeys.bind({ store: createMemoryStore() } as never),
      /^ERR_CORE_OPTION ApiKeys\.bind .*store/,
    ],
    ['services', () => ApiKeys.bind({ inject: [SHOP] } as never), /^ERR_CORE_OPTION ApiKeys\.bind .*inject/],
    ['a cost', () => Passwords.bind({ passes: 1 }), /^ERR_CORE_OPTION Passwords\.bind .*passes/],
    ['a pepper', () => Passwords.bind({ pepper: ['short'] }), /^ERR_CORE_SECRET Passwords\.bind .*pepper/],
    [
      'a pepper twice',
      () => Passwords.bind({ pepper: [PEPPER, PEPPER] }),
      /^ERR_CORE_SECRET Passwords\.bind .*pepper: /,
    ],
    ['no others', () => EndAccess.bind({} as never), /^ERR_CORE_OPTION EndAccess\.bind .*others/],
  ])('%s', async (_, call, message) => {
    const problems = await problemsOf(call)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
    expect(problems[0]).toMatch(HERE)
  })

  it.each<[string, () => ReturnType<typeof ApiKeys.bind>, RegExp]>([
    [
      'a store that forgets',
      () => ApiKeys.bind({ store: () => createMemoryCacheStore() }),
      /^ERR_CORE_SERVICE_START service ApiKeys: .*\n  - ApiKeys\.bind \(packages.*?:\d+\): .*"keeps".* \[ERR_CORE_PORT_CAPABILITY\]/,
    ],
    [
      'no store',
      () => Sessions.bind({ store: () => undefined as never }),
      /^ERR_CORE_SERVICE_START service Sessions: .*\n  - Sessions\.bind \(packages.*?:\d+\): .*store.* \[ERR_CORE_OPTION\]/,
    ],
    [
      'a promise of a store',
      () => Sessions.bind({ store: async () => createMemoryStore() } as never),
      /^ERR_CORE_SERVICE_START service Sessions: .*\n  - Sessions\.bind \(packages.*?:\d+\): .*store.* \[ERR_CORE_OPTION\]/,
    ],
    [
      'a store of other things',
      () => ApiKeys.bind({ store: () => keyValueSessionStore(createMemoryStore(), systemClock) as never }),
      /^ERR_CORE_SERVICE_START service ApiKeys: .*\n  - ApiKeys\.bind \(packages.*?:\d+\): .*lacks .*touch.* \[ERR_CORE_OPTION\]/,
    ],
    [
      'a promise of holders',
      () => EndAccess.bind({ others: async () => ({}) } as never),
      /^ERR_CORE_SERVICE_START service EndAccess: .*\n  - EndAccess\.bind \(packages.*?:\d+\): .*others\(\).* \[ERR_CORE_OPTION\]/,
    ],
    [
      'a holder that ends nothing',
      () => EndAccess.bind({ others: () => ({ devices: {} as never }) }),
      /^ERR_CORE_SERVICE_START service EndAccess: .*\n  - EndAccess\.bind \(packages.*?:\d+\): .*devices.*revokeAll.* \[ERR_CORE_OPTION\]/,
    ],
    [
      'a holder in the place of ours',
      () => EndAccess.bind({ others: () => ({ sessions: { revokeAll: () => Promise.resolve(0) } }) }),
      /^ERR_CORE_SERVICE_START service EndAccess: .*\n  - EndAccess\.bind \(packages.*?:\d+\): .*'sessions'.* \[ERR_CORE_OPTION\]/,
    ],
  ])('at the start, %s', async (_, provider, message) => {
    const problems = await problemsOf(() => testApp({ routes, providers: [provider()] }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
    expect(problems[0]).toMatch(HERE)
  })
})

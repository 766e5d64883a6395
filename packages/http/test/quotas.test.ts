import { route, t, UnauthorizedError, type KeyValueStore } from '@keelson/core'
import { createFakeClock, createMemoryStore, StoreFullError } from '@keelson/core/ports'
import { quotas, rateLimit } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { findRedis } from '../../cache/test/redis-server.ts'
import { redisStoreOfTest, storeWith } from './rate-limit-support.ts'
import { open } from './support.ts'

const START = 1_800_000_000_000
const QUARTER = { limit: 5, windowMs: 900_000 }

const { url, reason } = await findRedis()

/** An app whose sign-in counts wrong passwords of each account, and how many passwords were compared. */
async function signingIn(
  makeStore: (inner: KeyValueStore) => KeyValueStore = (inner) => inner,
  options: Parameters<typeof quotas>[1] = {},
) {
  const compared: string[] = []
  const signIn = route
    .use(quotas({ passwords: QUARTER }, { ...options, as: 'quotas' }))
    .post(
      '/sign-in',
      { ...open, body: t.Object({ account: t.String(), password: t.String() }) },
      async ({ body, quotas }) => {
        await quotas.passwords.take(body.account)
        compared.push(body.account)
        await new Promise((resolve) => setImmediate(resolve))
        if (body.password !== 'pear') throw new UnauthorizedError()
        await quotas.passwords.giveBack(body.account)
        return 'Welcome'
      },
    )
  const clock = createFakeClock({ now: START })
  const store = makeStore(createMemoryStore({ clock }))
  const test = await testApp({ routes: { signIn }, ports: { clock, store } })
  const ask = (account: string, password = 'wrong') =>
    test.request('POST', '/sign-in', { json: { account, password } })
  const statuses = async (...asked: Parameters<typeof ask>[]) => {
    const all: number[] = []
    for (const one of asked) all.push((await ask(...one)).status)
    return all
  }
  return { test, ask, statuses, clock, compared, [Symbol.asyncDispose]: () => test.close() }
}

const wrong = (account: string, times: number): [string][] => Array.from({ length: times }, () => [account])

describe.each([
  ['a store in the process', (inner: KeyValueStore) => inner],
  ['a store that has increments alone', (inner: KeyValueStore) => storeWith({}, inner)],
  ['Redis', url === undefined ? undefined : () => redisStoreOfTest(url)],
])('quotas on %s', (_name, makeStore) => {
  it('count failures of each key alone', async ({ skip }) => {
    if (makeStore === undefined) return skip(reason)
    await using app = await signingIn(makeStore)
    for (let at = 0; at < 12; at++) expect((await app.ask('ann', 'pear')).status).toBe(200)
    expect(await app.statuses(...wrong('ann', 6))).toEqual([401, 401, 401, 401, 401, 429])
    const refused = await app.ask('ann', 'pear')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '180'])
    expect(await refused.json()).toMatchObject({
      detail: 'The quota passwords is used up. Try again in 180 s.',
    })
    expect(await app.statuses(['bob', 'pear'], ['bob'])).toEqual([200, 401])
    await app.clock.advance(180_000)
    expect(await app.statuses(['ann', 'pear'], ['ann'], ['ann'])).toEqual([200, 401, 429])
  })

  it('let no more pass of many at once', async ({ skip }) => {
    if (makeStore === undefined) return skip(reason)
    await using app = await signingIn(makeStore)
    const responses = await Promise.all(Array.from({ length: 40 }, () => app.ask('ann')))
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(app.compared).toHaveLength(5)
  })
})

describe('quotas', () => {
  it('take any text for a key, each by itself', async () => {
    await using app = await signingIn()
    for (const account of ['', 'Ä\u0000 ', 'x'.repeat(5000), '*', '#', 'ann:bob'])
      expect(await app.statuses(...wrong(account, 6))).toEqual([401, 401, 401, 401, 401, 429])
  })

  it.each([
    ['open', 401],
    ['closed', 503],
  ] as const)('do what was chosen where the store fails: %s', async (onStoreFailure, status) => {
    const down = () => Promise.reject(new Error('connection refused'))
    await using app = await signingIn((inner) => storeWith({ getMany: down }, inner), { onStoreFailure })
    expect(await app.statuses(['ann'], ['ann'])).toEqual([status, status])
    expect(app.test.takeErrors()).toMatchObject([
      { msg: expect.stringMatching(/^The store of rate limits fails: /) },
    ])
  })

  it('count in groups where the store is full, and give back to the group', async () => {
    const increment = () => Promise.reject(new StoreFullError('No room.'))
    await using app = await signingIn((inner) => storeWith({ increment }, inner))
    for (let at = 0; at < 12; at++) expect((await app.ask('ann', 'pear')).status).toBe(200)
    expect(await app.statuses(...wrong('ann', 6))).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('take several units, and give back all that the request took, once', async () => {
    const left = route
      .use(quotas({ units: { limit: 10, windowMs: 60_000 } }))
      .get('/:take/:back', { ...open, params: { take: t.Integer(), back: t.Integer() } }, async (ctx) => {
        const { units } = ctx.quotas
        await units.giveBack('k')
        await units.take('k', ctx.params.take)
        await units.take('k')
        for (let at = 0; at < ctx.params.back; at++) await units.giveBack('k')
        return 'ok'
      })
    await using test = await testApp({ routes: { left }, now: START })
    const status = async (path: string) => (await test.request('GET', path)).status
    expect([await status('/5/0'), await status('/3/2'), await status('/3/0'), await status('/1/0')]).toEqual([
      200, 200, 200, 429,
    ])
  })

  it.each([
    [0, 'k'],
    [6, 'k'],
    [0.5, 'k'],
    [Number.NaN, 'k'],
    ['1', 'k'],
    [1, undefined],
  ])('fail for %j units of %j', async (units, key) => {
    const one = route
      .use(quotas({ units: QUARTER }))
      .get('/', open, (ctx) => ctx.quotas.units.take(key as never, units as never))
    await using test = await testApp({ routes: { one } })
    expect((await test.request('GET', '/')).status).toBe(500)
    expect(test.takeErrors()).toMatchObject([{ err: { code: 'ERR_CORE_ARGUMENT' } }])
  })

  it('stand besides limits by address, and in the document', async () => {
    const signIn = route
      .use(rateLimit({ name: 'sign-in', limit: 20, windowMs: 900_000 }))
      .use(quotas({ passwords: QUARTER }, { onStoreFailure: 'closed', as: 'guard' }))
      .post('/', { ...open, response: t.String() }, async ({ guard }) => {
        await guard.passwords.take('ann')
        return 'ok'
      })
    await using test = await testApp({ routes: { signIn } })
    expect((await test.request('POST', '/')).headers.get('ratelimit')).toMatch(/^"sign-in";r=19;t=\d+$/)
    const responses = toOpenApi(test.app).paths['/']?.post?.responses
    expect(responses).toHaveProperty('429')
    expect(responses).toHaveProperty('503')
  })

  it('have names that no other limit of the app has', async () => {
    const one = route.use(quotas({ guesses: QUARTER })).get('/', open, () => 1)
    await expect(
      testApp({ routes: { one }, use: [rateLimit({ ...QUARTER, name: 'guesses' })] }),
    ).rejects.toThrow(/Another limit of the app has a quota of the name 'guesses'/)
  })

  it.each([
    [undefined, {}, 'quotas'],
    [{ 'two words': QUARTER }, {}, 'a name of 1 to 32 letters, digits and -'],
    [{ a: { limit: 5 } }, {}, 'windowMs'],
    [{ a: { ...QUARTER, limit: 0 } }, {}, 'limit'],
    [{ a: { ...QUARTER, by: 'ip' } }, {}, "'quotas.a.by'"],
    [{ a: QUARTER }, { as: 'a b' }, 'a name that code can write'],
    [{ a: QUARTER }, { onStoreFailure: 'pass' }, 'onStoreFailure'],
    [{ a: QUARTER }, { headers: true }, "'headers'"],
  ])('refuse %j with %j', (sizes, options, message) => {
    expect(() => quotas(sizes as never, options as never)).toThrow(message)
  })
})

import { middleware, route, type BaseContext, type KeyValueStore } from '@keelson/core'
import { createFakeClock, createMemoryStore, StoreFullError } from '@keelson/core/ports'
import { rateLimit, type RateLimitOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { storeWith } from './rate-limit-support.ts'
import { open } from './support.ts'

const START = 1_800_000_000_000
const routes = { stock: route.get('/', open, () => 'ok') }
const MINUTE = { limit: 2, windowMs: 60_000 }

/** An app over a socket whose trusted proxy says who calls. */
async function limited(
  makeStore: (inner: KeyValueStore) => KeyValueStore,
  options: Partial<RateLimitOptions> = {},
) {
  const clock = createFakeClock({ now: START })
  const store = makeStore(createMemoryStore({ clock }))
  const test = await testApp({
    routes,
    use: [rateLimit({ ...MINUTE, ...options } as RateLimitOptions)],
    ports: { store, clock },
    transport: 'socket',
    server: { trustProxy: true },
  })
  const ask = (from = '192.0.2.1') => test.request('GET', '/', { headers: { 'x-forwarded-for': from } })
  return { test, ask, clock, store, [Symbol.asyncDispose]: () => test.close() }
}

/** A store whose reads wait until they are told what to give. */
function hanging() {
  const asked = new EventTarget()
  const waiting: PromiseWithResolvers<undefined[]>[] = []
  const reached = () => new Promise((resolve) => asked.addEventListener('read', resolve, { once: true }))
  const getMany = () => {
    const one = withResolvers()
    waiting.push(one)
    asked.dispatchEvent(new Event('read'))
    return one.promise
  }
  return { makeStore: (inner: KeyValueStore) => storeWith({ getMany }, inner), waiting, reached }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

function withResolvers(): PromiseWithResolvers<undefined[]> {
  let resolve!: (value: undefined[]) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<undefined[]>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}

const down = () => Promise.reject(new Error('connection refused'))

describe('rateLimit, where the store hangs,', () => {
  it.each([
    ['open', 200],
    ['closed', 503],
  ] as const)('waits a bounded time, then leaves it alone: %s', async (onStoreFailure, status) => {
    const { makeStore, waiting, reached } = hanging()
    await using app = await limited(makeStore, { onStoreFailure, storeTimeoutMs: 100 })
    const asked = reached()
    const first = app.ask()
    await asked
    await app.clock.advance(99)
    expect(await Promise.race([first, 'waits'])).toBe('waits')
    await app.clock.advance(1)
    const response = await first
    expect([response.status, response.headers.get('ratelimit')]).toEqual([status, null])
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
    // Nobody waits for what did not answer.
    expect((await app.ask()).status).toBe(status)
    expect(waiting).toHaveLength(1)
    await app.clock.advance(1000)
    const again = reached()
    const later = app.ask()
    await again
    waiting[1]!.resolve([undefined, undefined])
    expect((await later).headers.get('ratelimit')).toBe('"default";r=1;t=30')
    expect(app.test.takeErrors()).toHaveLength(1)
    // Late answers change nothing, and late failures are nobody's.
    waiting[0]!.reject(new Error('late'))
    await app.clock.advance(0)
    expect(app.clock.pendingTimers).toBe(0)
  })
})

describe('rateLimit, where the store is down,', () => {
  it('lets pass, and says so once a minute', async () => {
    await using app = await limited((inner) => storeWith({ getMany: down }, inner))
    for (let at = 0; at < 5; at++) expect((await app.ask()).status).toBe(200)
    expect(app.test.takeErrors()).toMatchObject([
      {
        failures: 1,
        msg: 'The store of rate limits fails: requests are let pass uncounted, or refused by 503 where onStoreFailure is closed. Look at the store, as `err` says; where it is only slow, raise storeTimeoutMs.',
        err: { message: 'connection refused' },
      },
    ])
    await app.clock.advance(60_000)
    expect((await app.ask()).status).toBe(200)
    expect(app.test.takeErrors()).toMatchObject([{ failures: 5 }])
  })

  it('refuses by 503 where that was chosen, and shows nothing of the store', async () => {
    await using app = await limited((inner) => storeWith({ increment: down }, inner), {
      onStoreFailure: 'closed',
    })
    const response = await app.ask()
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('connection')
    expect(app.test.takeErrors()).not.toHaveLength(0)
  })

  it('counts again when it is back, from where it was', async () => {
    let isDown = false
    await using app = await limited((inner) =>
      storeWith({ getMany: (keys) => (isDown ? down() : inner.getMany(keys)) }, inner),
    )
    expect((await app.ask()).headers.get('ratelimit')).toBe('"default";r=1;t=30')
    isDown = true
    expect((await app.ask()).headers.get('ratelimit')).toBe(null)
    isDown = false
    expect((await app.ask()).headers.get('ratelimit')).toBe('"default";r=0;t=30')
    expect((await app.ask()).status).toBe(429)
    expect(app.test.takeErrors()).toHaveLength(1)
  })

  it('takes what throws at once for a failure, too', async () => {
    const take = () => {
      throw new Error('broken')
    }
    await using app = await limited((inner) => storeWith({ take }, inner))
    expect((await app.ask()).status).toBe(200)
    expect(app.test.takeErrors()).toHaveLength(1)
  })
})

describe('rateLimit, where a store answers what it must not,', () => {
  const answers: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'taken'],
    ['no isTaken', { left: 1, resetMs: 1 }],
    ['a left that is no number', { isTaken: true, left: Number.NaN, resetMs: 1 }],
    ['a left below 0', { isTaken: true, left: -1, resetMs: 1 }],
    ['a part of a unit', { isTaken: true, left: 0.5, resetMs: 1 }],
    ['more than there is', { isTaken: true, left: 3, resetMs: 1 }],
    ['a time in the past', { isTaken: false, left: 0, resetMs: -1 }],
    ['a time that is no number', { isTaken: false, left: 0, resetMs: Number.NaN }],
    ['a time without an end', { isTaken: false, left: 0, resetMs: Infinity }],
    ['a time of the calendar', { isTaken: false, left: 0, resetMs: START }],
  ]
  const ways: readonly (readonly [string, (answer: unknown) => unknown])[] = [
    ['at once', (answer) => answer],
    ['by a promise', (answer) => Promise.resolve(answer)],
    ['by a thenable', (answer) => ({ then: (resolve: (value: unknown) => void) => resolve(answer) })],
  ]

  it.each(answers.flatMap(([what, answer]) => ways.map(([way, give]) => [what, way, give, answer] as const)))(
    'takes it for a failure: %s, %s',
    async (_what, _way, give, answer) => {
      const take = () => give(answer) as never
      await using passing = await limited((inner) => storeWith({ take }, inner))
      expect((await passing.ask()).status).toBe(200)
      expect(passing.test.takeErrors()).toMatchObject([
        { msg: expect.stringMatching(/^The store of rate limits fails: /) },
      ])
      await using closed = await limited((inner) => storeWith({ take }, inner), { onStoreFailure: 'closed' })
      expect((await closed.ask()).status).toBe(503)
      expect(closed.test.takeErrors()).toHaveLength(1)
    },
  )

  it.each(ways)('takes a right one %s', async (_way, give) => {
    const take = () => give({ isTaken: false, left: 0, resetMs: 1500 }) as never
    await using app = await limited((inner) => storeWith({ take }, inner))
    expect((await app.ask()).headers.get('retry-after')).toBe('2')
  })

  it.each([Number.NaN, '7', 0.5])('takes a counter of %j for a failure', async (sum) => {
    const increment = () => Promise.resolve(sum as never)
    await using app = await limited((inner) => storeWith({ increment }, inner))
    expect((await app.ask()).status).toBe(200)
    expect(app.test.takeErrors()).toHaveLength(1)
  })

  it('takes a counter that is no number for a failure', async () => {
    const getMany = () => Promise.resolve([Buffer.from('x'), undefined])
    await using app = await limited((inner) => storeWith({ getMany }, inner))
    expect((await app.ask()).status).toBe(200)
    expect(app.test.takeErrors()).toHaveLength(1)
  })
})

describe('rateLimit, where its share of the store is full,', () => {
  /** Room for two callers, and for a network at each of both levels. */
  const options = { maxBytes: 1500 }
  const room = { maxBytes: 10_000 }

  it.each(['open', 'closed'] as const)(
    'counts those it knows by themselves, and new ones by network: %s',
    async (onStoreFailure) => {
      await using app = await limited((inner) => inner, { onStoreFailure, ...room })
      const statuses = async (...from: string[]) => {
        const all: number[] = []
        for (const one of from) all.push((await app.ask(one)).status)
        return all
      }
      const known = Array.from({ length: 20 }, (_, at) => `198.51.100.${at}`)
      await statuses(...known)
      // Those of one network share a counter, those of another have their own.
      expect(await statuses('192.0.2.1', '192.0.2.2', '192.0.2.3')).toEqual([200, 200, 429])
      expect(await statuses('203.0.113.1', '203.0.113.2', '203.0.113.3')).toEqual([200, 200, 429])
      expect(await statuses('198.51.100.0', '198.51.100.0')).toEqual([200, 429])
      expect(app.test.takeErrors()).toEqual([])
      const told = app.test.log.lines.filter(({ msg }) => String(msg).includes('use up their share'))
      expect(told).toMatchObject([{ level: 40, requests: 1 }])
      // What is whole again makes room.
      await app.clock.advance(60_000)
      expect(await statuses('192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.3')).toEqual([200, 200, 200, 200])
    },
  )

  it('neither lets a flood from one IPv6 site through, nor keeps others out', async () => {
    await using app = await limited((inner) => inner, room)
    let admitted = 0
    for (let at = 0; at < 500; at++)
      if ((await app.ask(`2001:db8:7:${at.toString(16)}::1`)).status === 200) admitted++
    // As many as have a counter of their own, and two of the site.
    expect(admitted).toBeLessThan(20)
    for (const other of ['192.0.2.7', '2001:db8:8::1', '2001:db9::1'])
      expect([other, (await app.ask(other)).status, (await app.ask(other)).status]).toEqual([other, 200, 200])
  })

  it('counts by larger networks where those are too many, and at last all together', async () => {
    await using app = await limited((inner) => inner, room)
    let admitted = 0
    for (let at = 0; at < 500; at++) {
      const hex = at.toString(16)
      if ((await app.ask(`2001:db8:${hex}::1`)).status === 200) admitted++
      if ((await app.ask(`2001:${hex}::1`)).status === 200) admitted++
      if ((await app.ask(`${at % 200}.${at % 7}.9.1`)).status === 200) admitted++
    }
    expect(admitted).toBeLessThan(40)
  })

  it.each([
    ['principal', 'by a hash of who it is'],
    ['key', 'by a hash of the text'],
  ])('counts by %s %s', async (by) => {
    const clock = createFakeClock({ now: START })
    const account = middleware({
      name: 'account',
      stage: 'authenticate',
      run: () => undefined,
      principal: (ctx) => ({ id: ctx.header('x-id') ?? '', kind: 'user' }),
    })
    const of = by === 'principal' ? by : (ctx: BaseContext) => ctx.header('x-id')
    await using test = await testApp({
      routes: { stock: route.use(account).get('/', open, () => 'ok') },
      use: [rateLimit({ ...MINUTE, ...options, by: [of, 'route'] })],
      ports: { clock, store: createMemoryStore({ clock }) },
    })
    let admitted = 0
    for (let at = 0; at < 200; at++)
      if ((await test.request('GET', '/', { headers: { 'x-id': `${at}` } })).status === 200) admitted++
    expect(admitted).toBeGreaterThan(2)
    expect(admitted).toBeLessThan(10)
  })

  it('gives back what another quota refused to those it was taken from', async () => {
    const quotas = [
      { name: 'minute', limit: 5, windowMs: 60_000 },
      { name: 'all', limit: 3, windowMs: 3_600_000, by: () => 'all' },
    ]
    const clock = createFakeClock({ now: START })
    await using test = await testApp({
      routes,
      use: [rateLimit({ quotas, maxBytes: 1200 })],
      ports: { clock, store: createMemoryStore({ clock }) },
      transport: 'socket',
      server: { trustProxy: true },
    })
    const shown = async (from: string) => {
      const { headers } = await test.request('GET', '/', { headers: { 'x-forwarded-for': from } })
      return headers.get('ratelimit')
    }
    expect(await shown('192.0.2.1')).toBe('"minute";r=4;t=12, "all";r=2;t=1200')
    expect(await shown('203.0.113.1')).toBe('"minute";r=4;t=12, "all";r=1;t=1200')
    expect(await shown('203.0.113.2')).toBe('"minute";r=3;t=12, "all";r=0;t=1200')
    for (let at = 0; at < 5; at++)
      expect(await shown('203.0.113.3')).toBe('"minute";r=3;t=12, "all";r=0;t=1200')
  })

  it('counts by network where a shared store has no room, too', async () => {
    const increment = () => Promise.reject(new StoreFullError('No room.'))
    await using app = await limited((inner) => storeWith({ increment }, inner))
    const statuses = [await app.ask(), await app.ask('192.0.2.2'), await app.ask('192.0.2.3')]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(app.test.takeErrors()).toEqual([])
  })

  it('takes nothing of what others keep', async () => {
    await using app = await limited((inner) => inner, options)
    for (let at = 0; at < 50; at++) await app.ask(`192.0.2.${at}`)
    await expect(app.store.set('session', new Uint8Array(1000))).resolves.toBe(undefined)
  })
})

describe('rateLimit, on a store with increments alone,', () => {
  it('gives back what another quota refused, also when the window is over by then', async () => {
    const clock = createFakeClock({ now: START })
    const inner = createMemoryStore({ clock })
    let whenRefused = async () => {}
    const increment: KeyValueStore['increment'] = async (key, by, options) => {
      const sum = await inner.increment(key, by, options)
      if (key.includes('hour')) await whenRefused()
      return sum
    }
    const quotas = [
      { name: 'minute', limit: 5, windowMs: 60_000 },
      { name: 'hour', limit: 1, windowMs: 3_600_000 },
    ]
    await using test = await testApp({
      routes,
      use: [rateLimit({ quotas })],
      ports: { clock, store: storeWith({ increment }, inner) },
    })
    const shown = async () => (await test.request('GET', '/')).headers.get('ratelimit')
    expect(await shown()).toBe('"minute";r=4;t=12, "hour";r=0;t=3600')
    expect(await shown()).toBe('"minute";r=4;t=12, "hour";r=0;t=3600')
    expect(await shown()).toBe('"minute";r=4;t=12, "hour";r=0;t=3600')
    await clock.advance(59_999)
    whenRefused = () => clock.advance(1)
    expect(await shown()).toContain('"minute";r=5;')
    whenRefused = async () => {}
    expect(await shown()).toContain('"minute";r=5;')
  })

  it('is refused at start where the store cannot even do that', async () => {
    const capabilities = { ...createMemoryStore().capabilities, increment: false }
    await expect(limited((inner) => storeWith({ capabilities }, inner))).rejects.toThrow(/count in one step/)
  })
})

describe.each([
  ['that takes', (inner: KeyValueStore) => inner],
  ['with increments alone', (inner: KeyValueStore) => storeWith({}, inner)],
])('rateLimit, on a store %s,', (_name, makeStore) => {
  it('is not moved by a clock that goes back', async () => {
    await using app = await limited(makeStore)
    expect([(await app.ask()).status, (await app.ask()).status]).toEqual([200, 200])
    app.clock.setNow(START - 86_400_000)
    const refused = await app.ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    await app.clock.advance(30_000)
    expect((await app.ask()).status).toBe(200)
    expect((await app.ask()).status).toBe(429)
  })
})

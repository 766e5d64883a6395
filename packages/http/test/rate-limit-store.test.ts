import { route, type KeyValueStore } from '@keelson/core'
import { createFakeClock, createMemoryStore } from '@keelson/core/ports'
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
      { failures: 1, msg: 'The store of rate limits fails.', err: { message: 'connection refused' } },
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

describe('rateLimit, where its share of the store is full,', () => {
  it.each([
    ['open', 200],
    ['closed', 503],
  ] as const)('goes on to count those it knows: %s', async (onStoreFailure, status) => {
    await using app = await limited((inner) => inner, { onStoreFailure, maxBytes: 1500 })
    const statuses = async (from: string) => [(await app.ask(from)).status, (await app.ask(from)).status]
    expect(await statuses('192.0.2.1')).toEqual([200, 200])
    expect(await statuses('192.0.2.2')).toEqual([200, 200])
    expect(await statuses('192.0.2.3')).toEqual([status, status])
    expect((await app.ask('192.0.2.1')).status).toBe(429)
    expect(app.test.takeErrors()).not.toHaveLength(0)
    // What is over makes room.
    await app.clock.advance(120_000)
    expect(await statuses('192.0.2.3')).toEqual([200, 200])
  })

  it('takes nothing of what others keep', async () => {
    await using app = await limited((inner) => inner, { maxBytes: 1500 })
    for (let at = 0; at < 50; at++) await app.ask(`192.0.2.${at}`)
    expect(app.test.takeErrors()).toHaveLength(1)
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

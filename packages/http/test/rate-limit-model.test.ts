import { route, type KeyValueStore } from '@keelson/core'
import { createFakeClock, createMemoryStore, type FakeClock } from '@keelson/core/ports'
import { rateCost, rateLimit } from '@keelson/http'
import { testApp } from '@keelson/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRedis } from '../../cache/test/redis-server.ts'
import { redisStoreOfTest, storeWith } from './rate-limit-support.ts'
import { open } from './support.ts'

const LIMIT = 7
const WINDOW_MS = 10_000
const START = 1_800_000_000_000
const COSTS = [1, 2, 5] as const

const { url, reason } = await findRedis()

const STORES: readonly (readonly [string, ((clock: FakeClock) => KeyValueStore) | undefined])[] = [
  ['a store in the process', (clock) => createMemoryStore({ clock })],
  [
    'a store in the process that has increments alone',
    (clock) => storeWith({}, createMemoryStore({ clock })),
  ],
  ['Redis', url === undefined ? undefined : () => redisStoreOfTest(url)],
]

interface Admitted {
  readonly at: number
  readonly cost: number
}

/** What is admitted, by the list of all that was: exact, and without a counter. */
class Model {
  readonly admitted: Admitted[] = []

  /** @returns what is left, or `undefined` for a refusal */
  ask(now: number, cost: number): number | undefined {
    // Since any request: what was admitted from it on, but for what came back since. In parts, so that nothing is rounded.
    const used = this.admitted.map(
      ({ at }, first) => sum(this.admitted.slice(first)) * WINDOW_MS - (now - at) * LIMIT,
    )
    const left = Math.floor((LIMIT * WINDOW_MS - Math.max(0, ...used)) / WINDOW_MS) - cost
    if (left < 0) return undefined
    this.admitted.push({ at: now, cost })
    return left
  }
}

/** What is left, as an answer says it; `undefined` for a refusal. */
function leftOf({ status, headers }: Response): number | undefined {
  return status === 429 ? undefined : Number(/;r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.[1])
}

function sum(list: readonly Admitted[]): number {
  return list.reduce((total, { cost }) => total + cost, 0)
}

/** In any time of part × window, from one admitted request to another, at most limit × (1 + part) units. */
function expectBound(admitted: readonly Admitted[]): void {
  for (const [first, { at: from }] of admitted.entries())
    for (const [last, { at: to }] of admitted.entries()) {
      if (last < first || to - from > WINDOW_MS) continue
      const part = (to - from) / WINDOW_MS
      expect(sum(admitted.slice(first, last + 1))).toBeLessThanOrEqual(LIMIT * (1 + part))
    }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ask: fc.constantFrom(...COSTS), caller: fc.constantFrom('a', 'b') }) },
  { weight: 3, arbitrary: fc.record({ waitMs: fc.oneof(fc.nat(400), fc.nat(2.5 * WINDOW_MS)) }) },
  { weight: 1, arbitrary: fc.record({ backMs: fc.nat(10 * WINDOW_MS) }) },
)

const routes = Object.fromEntries(
  COSTS.map((cost) => [`of${cost}`, route.get(`/${cost}`, { ...open, meta: [rateCost(cost)] }, () => 1)]),
)

const limits = rateLimit({ limit: LIMIT, windowMs: WINDOW_MS, by: (ctx) => ctx.header('x-caller') })

describe.each(STORES)('rate limits on %s', (_name, makeStore) => {
  it('admit what the model does, whatever is asked and however the wall clock is set back', async ({
    skip,
  }) => {
    if (makeStore === undefined) return skip(reason)
    const clock = createFakeClock({ now: START })
    await using test = await testApp({ routes, use: [limits], ports: { clock, store: makeStore(clock) } })
    // From here on it does not go back.
    await test.request('GET', '/1', { headers: { 'x-caller': 'first' } })
    let runs = 0
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const run = ++runs
      const models = { a: new Model(), b: new Model() }
      const seen: (number | undefined)[] = []
      const expected: (number | undefined)[] = []
      for (const one of steps) {
        if ('waitMs' in one) await clock.advance(one.waitMs)
        else if ('backMs' in one) clock.setNow(clock.now() - one.backMs)
        else {
          const headers = { 'x-caller': `${run}-${one.caller}` }
          const response = await test.request('GET', `/${one.ask}`, { headers })
          seen.push(leftOf(response))
          expected.push(models[one.caller].ask(START + clock.monotonic(), one.ask))
        }
      }
      expect(seen).toEqual(expected)
      for (const { admitted } of Object.values(models)) expectBound(admitted)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('admit a refused request when it was told to come back, and not before', async ({ skip }) => {
    if (makeStore === undefined) return skip(reason)
    const clock = createFakeClock({ now: START })
    await using test = await testApp({ routes, use: [limits], ports: { clock, store: makeStore(clock) } })
    let runs = 0
    const property = fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...COSTS), fc.nat(6000)), { maxLength: 20 }),
      async (steps) => {
        const headers = { 'x-caller': `again ${++runs}` }
        const ask = async (cost: number) => test.request('GET', `/${cost}`, { headers })
        const early: number[] = []
        const late: number[] = []
        for (const [cost, waitMs] of steps) {
          const response = await ask(cost)
          if (response.status === 429) {
            const seconds = Number(response.headers.get('retry-after'))
            if (seconds > 1) {
              await clock.advance((seconds - 1) * 1000 - 1)
              early.push((await ask(cost)).status)
              await clock.advance(1001)
            } else await clock.advance(1000)
            late.push((await ask(cost)).status)
          }
          await clock.advance(waitMs)
        }
        expect(early.filter((status) => status !== 429)).toEqual([])
        expect(late.filter((status) => status !== 200)).toEqual([])
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('admit no more than the limit of many requests at once, in two processes', async ({ skip }) => {
    if (makeStore === undefined) return skip(reason)
    const clock = createFakeClock({ now: START })
    const store = makeStore(clock)
    const one = await testApp({ routes, use: [limits], ports: { store, clock } })
    const other = await testApp({ routes, use: [limits], ports: { store, clock } })
    const headers = { 'x-caller': 'many' }
    const asked = Array.from({ length: 200 }, (_, at) =>
      (at % 2 === 0 ? one : other).request('GET', '/1', { headers }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT)
    expect(statuses.filter((status) => status === 429)).toHaveLength(200 - LIMIT)
    await one.close()
    await other.close()
  })

  it.for([1, 2, 5])(
    'admit one who asks at an even rate, and no more, at a limit of %d',
    async (limit, { skip }) => {
      if (makeStore === undefined) return skip(reason)
      const clock = createFakeClock({ now: START })
      // Of five in ten minutes each comes back after two, so that nothing is rounded.
      const windowMs = 600_000
      const evenly = rateLimit({ limit, windowMs, by: (ctx) => ctx.header('x-caller') })
      const ports = { clock, store: makeStore(clock) }
      await using test = await testApp({ routes: { one: routes['of1']! }, use: [evenly], ports })
      const headers = { 'x-caller': 'even' }
      const ask = async () => test.request('GET', '/1', { headers })
      for (let at = 0; at < 30; at++) {
        const response = await ask()
        expect([at, response.status]).toEqual([at, 200])
        await clock.advance(windowMs / limit)
      }
      // Who has used up all of it, and comes back whenever he is told to, has the rate of the limit.
      for (let at = 0; at < limit; at++) expect((await ask()).status).toBe(200)
      for (let at = 0; at < 2 * limit; at++) {
        const refused = await ask()
        expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
          429,
          `"default";r=0;t=${600 / limit}`,
        ])
        await clock.advance(Number(refused.headers.get('retry-after')) * 1000)
        expect((await ask()).status).toBe(200)
      }
    },
  )
})

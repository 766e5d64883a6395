// What a user has, over each store: changes that come at once, and what is left of those that failed.
import { setImmediate as turn } from 'node:timers/promises'
import type { KeyValueStore } from '@keelson/core'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryStore,
  systemClock,
  systemRandom,
} from '@keelson/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ApiKeys, Sessions } from '@keelson/auth'
import { describeStores } from './stores.ts'

const storeTimeoutMs = 10_000
const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never

async function atOnce<T>(count: number, work: (at: number) => Promise<T>) {
  const settled = await Promise.allSettled(Array.from({ length: count }, (_, at) => work(at)))
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  return { done, failed }
}

describeStores((name, make) =>
  describe(`at once, ${name}`, () => {
    async function opened() {
      const { store, dispose } = await make()
      onTestFinished(dispose)
      return store
    }

    it('sixty API keys of a user are made, found, and revoked', async () => {
      const store = await opened()
      const services = [0, 1].map(() => new ApiKeys(store, systemClock, { maxPerUser: 100, storeTimeoutMs }))
      const issue = (at: number) => services[at % 2]!.issue({ userId: 'ada', name: `${at}` })
      const { done, failed } = await atOnce(60, issue)
      expect(failed).toEqual([])
      expect(await services[0]!.list('ada')).toHaveLength(60)
      const counts = await atOnce(2, (at) => services[at]!.revokeAll('ada'))
      expect(counts.failed).toEqual([])
      expect(await services[1]!.list('ada')).toEqual([])
      const found = await atOnce(60, (at) => services[0]!.verify(done[at]!.key.reveal()))
      expect(found.done.filter((one) => one !== undefined)).toEqual([])
    })

    it('no more API keys are made than may be, and so many are', async () => {
      const store = await opened()
      const services = [0, 1].map(() => new ApiKeys(store, systemClock, { maxPerUser: 3, storeTimeoutMs }))
      const issue = (at: number) => services[at % 2]!.issue({ userId: 'eve', name: `${at}` })
      const { done, failed } = await atOnce(12, issue)
      expect(done).toHaveLength(3)
      expect(failed).toMatchObject(
        Array.from({ length: 9 }, () => ({ status: 409, code: 'ERR_CORE_CONFLICT' })),
      )
      const listed = await services[0]!.list('eve')
      expect(listed.map(({ id }) => id).toSorted()).toEqual(done.map(({ id }) => id).toSorted())
    })

    it('a hundred sign-ins of a user are sessions, which can all be ended', async () => {
      const store = await opened()
      const options = { maxPerUser: 1000, storeTimeoutMs }
      const sessions = new Sessions(store, systemClock, systemRandom, createMemoryBus(), log, options)
      const { failed } = await atOnce(100, () => sessions.signIn(undefined, 'ada'))
      expect(failed).toEqual([])
      expect(await sessions.list('ada')).toHaveLength(100)
      expect(await sessions.revokeAll('ada')).toBe(100)
      expect(await sessions.list('ada')).toEqual([])
    })
  }),
)

describe('an API key whose list could not be written', () => {
  /** A store that fails by `fail` where the list of a user is changed, and which keys it was given. */
  function failing(fail: () => Promise<never>) {
    const store = createMemoryStore()
    const added: string[] = []
    const changed: Partial<KeyValueStore> = {
      add: (key, value, options) => {
        added.push(key)
        return store.add(key, value, options)
      },
      compareAndSet: (key, change) => (key.includes('user:') ? fail() : store.compareAndSet(key, change)),
    }
    const get = (target: KeyValueStore, key: string) => {
      const found: unknown = Reflect.get(key in changed ? changed : target, key)
      return typeof found === 'function' ? found.bind(target) : found
    }
    return { store, added, proxy: new Proxy(store, { get: get as never }) }
  }

  it('leaves nothing in the store', async () => {
    const { store, added, proxy } = failing(() => Promise.reject(new Error('ECONNRESET')))
    const keys = new ApiKeys(proxy, systemClock)
    await expect(keys.issue({ userId: 'ada', name: 'a' })).rejects.toMatchObject({ status: 503 })
    expect(added).toHaveLength(1)
    expect(await store.get(added[0]!)).toBeUndefined()
  })

  it('leaves nothing in the store when that took too long', async () => {
    const clock = createFakeClock()
    const { store, added, proxy } = failing(
      () => new Promise((_, reject) => void clock.setTimeout(() => reject(new Error('late')), 1500)),
    )
    const keys = new ApiKeys(proxy, clock, { storeTimeoutMs: 1000 })
    const issued = Promise.allSettled([keys.issue({ userId: 'ada', name: 'a' })])
    while (added.length === 0) await turn()
    await turn()
    await clock.advance(1500)
    expect(await issued).toMatchObject([{ status: 'rejected', reason: { status: 503 } }])
    await turn()
    expect(await store.get(added[0]!)).toBeUndefined()
  })
})

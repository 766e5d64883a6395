// What is made for a user while all of the user's is ended: in whatever order two processes ask the store, it is gone when both are done.
import type { KeyValueStore } from '@keelson/core'
import { createMemoryBus, systemClock, systemRandom } from '@keelson/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ApiKeys, Sessions } from '@keelson/auth'
import { parseToken } from '../src/sessions/session-token.ts'
import { describeStores } from './stores.ts'

const storeTimeoutMs = 10_000
const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never

/** Over a store, what a process does. */
interface Service {
  /** @returns whether it is good, once both are done; rejects or gives what is gone where it is not */
  readonly make: (userId: string) => Promise<() => Promise<boolean>>
  readonly endAll: (userId: string) => Promise<unknown>
}

interface Kind {
  readonly over: (store: KeyValueStore) => Service
  /** Questions to the store until it knows what was ended before. */
  readonly from: number
}

const KINDS: Readonly<Record<string, Kind>> = {
  session: {
    from: 1,
    over: (store) => {
      const sessions = new Sessions(store, systemClock, systemRandom, createMemoryBus(), log, {
        storeTimeoutMs,
      })
      const make = async (userId: string) => {
        const { token } = await sessions.signIn(undefined, userId)
        const keeper = sessions['~internal'].keeper
        return async () => (await keeper.find(parseToken(token.reveal())!)) !== undefined
      }
      return { make, endAll: (userId) => sessions.revokeAll(userId) }
    },
  },
  'API key': {
    from: 2,
    over: (store) => {
      const keys = new ApiKeys(store, systemClock, { storeTimeoutMs })
      const make = async (userId: string) => {
        const { key } = await keys.issue({ userId, name: '' })
        return async () => (await keys.verify(key.reveal())) !== undefined
      }
      return { make, endAll: (userId) => keys.revokeAll(userId) }
    },
  },
}

/** A store that does something ahead of one of its questions. */
function ahead(store: KeyValueStore, at: number, work: () => Promise<void>): KeyValueStore {
  let asked = 0
  return new Proxy(store, {
    get: (_, name) => {
      const value: unknown = Reflect.get(store, name, store)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (asked++ === at) await work()
        return (value as (...all: unknown[]) => unknown).apply(store, args)
      }
    },
  })
}

/** The end begins ahead of question `i` of the making, and waits ahead of its own question `j` until the making is done. */
async function race({ over }: Kind, userId: string, { store, i, j }: Steps): Promise<Outcome> {
  const made = signal()
  const paused = signal()
  const outcome = { isReached: false, isPaused: false }
  let ending: Promise<unknown> = Promise.resolve()
  const ender = over(
    ahead(store, j, async () => {
      outcome.isPaused = true
      paused.give()
      await made.given
    }),
  )
  const maker = over(
    ahead(store, i, async () => {
      outcome.isReached = true
      ending = ender.endAll(userId)
      await Promise.race([paused.given, ending])
    }),
  )
  const isGood = await maker.make(userId).catch(() => () => Promise.resolve(false))
  made.give()
  await ending
  return { ...outcome, isGood: await isGood() }
}

function signal() {
  let give = (): void => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give: () => give() }
}

interface Steps {
  readonly store: KeyValueStore
  readonly i: number
  readonly j: number
}

interface Outcome {
  readonly isReached: boolean
  readonly isPaused: boolean
  readonly isGood: boolean
}

describeStores((name, make) =>
  describe(`ended meanwhile, ${name}`, () => {
    it.each(Object.keys(KINDS))('a new %s is gone, whatever came first', async (what) => {
      const { store, dispose } = await make()
      onTestFinished(dispose)
      const kind = KINDS[what]!
      const left: string[] = []
      let pairs = 0
      // All in the process; a server is asked for a third of them.
      const step = name === 'in the process' ? 1 : 3
      for (let i = kind.from, isReached = true; isReached; i++)
        for (let j = i % step, isPaused = true; isPaused; j += step) {
          const userId = `${i} ${j}`
          // Another end, from before, is none of now.
          if ((i + j) % 2 === 1) await kind.over(store).endAll(userId)
          const outcome = await race(kind, userId, { store, i, j })
          ;({ isReached, isPaused } = outcome)
          // One whose making was over before is good.
          if (outcome.isGood === isReached) left.push(userId)
          pairs++
        }
      expect(left).toEqual([])
      expect(pairs).toBeGreaterThan(10)
    })
  }),
)

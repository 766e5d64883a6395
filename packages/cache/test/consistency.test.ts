// Two processes over a real Redis that dies, hangs, and is cut off: how long one of them is given what the other has invalidated.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DriverName } from '../src/redis/index.ts'
import { openAskingFleet, type Asking, type AskingFleet, type Told } from './asking-fleet.ts'
import { until, whyNoServer } from './own-redis.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

const MEMORY_TTL_MS = 400
/** Within which all is well again once the store is back, and nothing old is served from then on. */
const BACK_MS = 1_000
/** How long something is broken: longer than values are in memory, and than a call of the store may take. */
const DOWN_MS = 800

interface Fault {
  readonly what: string
  begin(parts: AskingFleet & { readonly writer: Asking; readonly other: Asking }): unknown
  end(parts: AskingFleet & { readonly writer: Asking; readonly other: Asking }): unknown
  /** Whether the invalidation does not reach the store that the other one reads, until the end. */
  readonly isKept?: boolean
  readonly downMs?: number
}

const FAULTS: readonly Fault[] = [
  { what: 'nothing', begin: () => {}, end: () => {}, downMs: 100 },
  {
    what: 'SIGKILL and a start without data',
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.start(),
  },
  {
    what: 'SIGSTOP and SIGCONT',
    begin: ({ server }) => server.pause(),
    end: ({ server }) => server.resume(),
  },
  { what: 'all connections cut', begin: ({ all }) => all.map(({ network }) => network.cut()), end: () => {} },
  {
    what: 'the reader refused',
    begin: ({ other }) => other.network.refuse(),
    end: ({ other }) => other.network.accept(),
  },
  {
    what: 'the reader stalled',
    begin: ({ other }) => other.network.stall(),
    end: ({ other }) => other.network.resume(),
  },
  {
    what: 'the writer refused',
    begin: ({ writer }) => writer.network.refuse(),
    end: ({ writer }) => writer.network.accept(),
    isKept: true,
  },
  {
    what: 'the writer stalled',
    begin: ({ writer }) => writer.network.stall(),
    end: ({ writer }) => writer.network.resume(),
    isKept: true,
  },
]

/** How a round went, ms; what the machine kept from the processes is taken off. */
interface Round {
  readonly what: string
  /** From the end of the fault until both use the store, and share values by it. */
  readonly backMs: number
  /** Longest time after the invalidation for which the other one was given the old value before the end of the fault, and after it. */
  readonly oldMs: number
  readonly oldAfterMs: number
  /** How often the writer was given what it had invalidated. */
  readonly ownOld: number
  /** What nobody handled. */
  readonly failures: readonly string[]
}

const longest = (times: readonly number[]): number => Math.max(0, ...times)

/** Breaks something, invalidates meanwhile, and mends it. */
async function run(fleet: AskingFleet, fault: Fault, value: number): Promise<Round> {
  const [writer, other] = fleet.all
  const both = [writer, other]
  const parts = { ...fleet, writer, other }
  const holds = async (due: number): Promise<boolean> => {
    const states = await Promise.all(both.map((one) => one.do<{ isWell: boolean; value: number }>('state')))
    return states.every(({ isWell, value: given }) => isWell && given === due)
  }
  await until(() => holds(value - 1), 'not both have the value')
  await Promise.all(both.map((one) => one.do('begin')))
  await fault.begin(parts)
  await Promise.all(both.map((one) => one.do('origin', value)))
  const invalidatedAt = await writer.do<number>('invalidate')
  await sleep(fault.downMs ?? DOWN_MS)
  await fault.end(parts)
  const endedAt = Date.now()
  await until(async () => {
    await writer.do('share', value)
    return (await holds(value)) && (await other.do('shared')) === value
  }, 'it is not well again')
  const backAt = Date.now()
  await sleep(100)
  const [byWriter, byOther] = (await Promise.all(both.map((one) => one.do<Told>('told')))) as [Told, Told]
  const lateMs = Math.max(byWriter.lateMs, byOther.lateMs)
  const before = byOther.oldAt.filter((at) => at <= endedAt)
  const after = byOther.oldAt.filter((at) => at > endedAt)
  return {
    what: fault.what,
    backMs: backAt - endedAt - lateMs,
    oldMs: longest(before.map((at) => at - invalidatedAt - lateMs)),
    oldAfterMs: longest(after.map((at) => at - endedAt - lateMs)),
    ownOld: byWriter.oldAt.filter((at) => at > invalidatedAt).length,
    failures: [...byWriter.failures, ...byOther.failures],
  }
}

function isRight({ oldMs, oldAfterMs, backMs, ownOld, failures }: Round, { isKept = false }: Fault): boolean {
  return (
    (isKept || oldMs <= MEMORY_TTL_MS) &&
    oldAfterMs <= BACK_MS &&
    backMs <= BACK_MS &&
    ownOld === 0 &&
    failures.length === 0
  )
}

const ROLES: readonly (readonly [DriverName, DriverName])[] = [
  ['ioredis', 'redis'],
  ['redis', 'ioredis'],
]

describe.concurrent('two processes, of which one invalidates', () => {
  it.each(ROLES)('by %s, and the other reads by %s, whatever happens to Redis', async (...drivers) => {
    await using fleet = await openAskingFleet(drivers, MEMORY_TTL_MS)
    const wrong: Round[] = []
    for (const [at, fault] of FAULTS.entries()) {
      const round = await run(fleet, fault, at + 1)
      if (!isRight(round, fault)) wrong.push(round)
    }
    expect(wrong).toEqual([])
    // A connection for commands and one for messages each, and that which asks.
    const clients = String(await fleet.server.ask('CLIENT', 'LIST'))
      .trim()
      .split('\n')
    expect(clients).toHaveLength(5)
    await Promise.all(fleet.all.map((one) => one.do('close')))
    // Nothing is left that would keep them running.
    expect(await Promise.all(fleet.all.map((one) => one.ended()))).toEqual([0, 0])
    expect(fleet.all.map(({ said }) => said)).toEqual(['', ''])
  })
})

// Processes that really are several, over a real Redis; and what it is asked, as it counts it itself.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCache } from '../src/index.ts'
import { redis } from '../src/redis/index.ts'
import { openRedis, until, whyNoServer, type OwnRedis } from './own-redis.ts'
import { PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

interface Told {
  readonly values: readonly number[]
  readonly failures: readonly string[]
}

/** Starts processes, and resolves when they are ready. */
async function start(
  url: string,
  count: number,
  times: { factoryMs: number; lockTtlMs: number },
): Promise<ChildProcess[]> {
  const program = join(import.meta.dirname, 'fleet-process.mjs')
  const all = Array.from({ length: count }, () =>
    fork(program, [url, '2500', String(times.factoryMs), String(times.lockTtlMs)]),
  )
  await Promise.all(all.map((one) => once(one, 'message')))
  return all
}

async function tell(child: ChildProcess): Promise<Told> {
  const told = once(child, 'message')
  child.send('go')
  const [answer] = await told
  return answer as Told
}

describe('four processes', () => {
  it('run the factory once for 10,000 requests for a cold key', async () => {
    await using server = await openRedis()
    const all = await start(server.url, 4, { factoryMs: 200, lockTtlMs: 30_000 })
    const told = await Promise.all(all.map(tell))
    expect(told).toEqual(Array(4).fill({ values: [1], failures: [] }))
    expect(await server.ask('GET', 'runs')).toBe('1')
  })

  it('go on when the one that computes is killed in the middle, twice, and nobody fails', async () => {
    await using server = await openRedis()
    const all = await start(server.url, 4, { factoryMs: 1_500, lockTtlMs: 4_000 })
    const told = all.map((child) => ({ child, answer: tell(child) }))
    const dead = [await killOwner(server, 1), await killOwner(server, 2)]
    const living = told.filter(({ child }) => !dead.includes(child.pid ?? 0))
    expect(living).toHaveLength(2)
    expect(await Promise.all(living.map(({ answer }) => answer))).toEqual(
      Array(2).fill({ values: [3], failures: [] }),
    )
    expect(await server.ask('GET', 'runs')).toBe('3')
  })
})

/** Kills the process whose factory is the run of this number. */
async function killOwner(server: OwnRedis, run: number): Promise<number> {
  let pid = 0
  await until(async () => {
    const [owner, which] = String(await server.ask('GET', 'owner')).split(':')
    pid = Number(owner)
    return Number(which) === run
  }, `run ${run} did not begin`)
  process.kill(pid, 'SIGKILL')
  return pid
}

describe('Redis is asked', () => {
  it('once for 100 keys, once for a value with two static tags, and two writes whatever an invalidation is about', async () => {
    await using server = await openRedis()
    const caches = [0, 1].map(() =>
      createCache({ shared: redis(server.url, PATIENT), storeTimeoutMs: 30_000 }),
    )
    const [one, other] = caches.map((kept) =>
      kept.namespace<number>('numbers', { ttlMs: 60_000, tags: ['one', 'two'] }),
    )
    await one?.setMany(Array.from({ length: 2_000 }, (_, key) => ({ key, value: key })))
    await other?.get('warm')
    const seen = await watch(server, async () => {
      await other?.getMany(Array.from({ length: 100 }, (_, key) => key + 1))
    })
    expect(seen).toEqual(['mget'])
    expect(await watch(server, async () => void (await other?.getOrSet(0, () => -1)))).toEqual(['mget'])
    expect(await watch(server, async () => caches[0]?.invalidate('one'))).toEqual(['set', 'set', 'publish'])
    await Promise.all(caches.map((kept) => kept.close()))
  })
})

/** The commands that the server saw. */
async function watch(server: OwnRedis, work: () => Promise<void> | void | undefined): Promise<string[]> {
  const client = new Redis(server.url)
  const monitor = await client.monitor()
  const seen: string[] = []
  let isOver = false
  monitor.on('monitor', (_time: string, args: readonly string[]) => {
    const name = String(args[0]).toLowerCase()
    if (name === 'echo') isOver = true
    else seen.push(name)
  })
  await work()
  await server.ask('ECHO', 'over')
  await until(() => isOver, 'the monitor is behind')
  monitor.disconnect()
  client.disconnect()
  return seen.filter((name) => !['info', 'client', 'hello', 'select', 'ping', 'quit'].includes(name))
}

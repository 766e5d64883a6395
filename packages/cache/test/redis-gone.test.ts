// Redis dies, hangs, is cut off, full, or only reads: nothing waits for it, and all is back when it is. How soon it is tried again: reconnecting.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { redis, redisStore, RedisUnavailableError } from '../src/redis/index.ts'
import { openNetwork } from './faulty-network.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

const value = new TextEncoder().encode('1')
/** Limits that end by themselves within a test. */
const SHORT = { commandTimeoutMs: 300, connectTimeoutMs: 300 }

/** The code with which a call rejects. */
function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code ?? error,
  )
}

/** The same of a call that waits for nothing: no timer, however busy the machine is, comes before it. */
function failureAtOnce(call: Promise<unknown>): Promise<unknown> {
  return Promise.race([failure(call), sleep(0, 'it waited')])
}

/** Waits until a call succeeds. */
function works(call: () => Promise<unknown>): Promise<void> {
  return until(async () => (await call(), true), 'it did not come back')
}

const GONE = 'ERR_CACHE_REDIS_UNAVAILABLE'

describe.each(DRIVERS)('a Redis that is gone, by %s', (driver) => {
  it('is refused at once after its death, and is back within a second after its start', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    await store.set('a', value)
    await server.kill()
    await until(async () => (await failure(store.get('a'))) === GONE, 'it did not notice')
    // What was on its way when it died fails one turn before the driver says that the connection has ended.
    await new Promise(setImmediate)
    const calls = [store.get('a'), store.set('b', value), store.increment('n', 1), store.getMany(['a', 'b'])]
    expect(await Promise.all(calls.map(failureAtOnce))).toEqual(calls.map(() => GONE))
    await server.start()
    await works(() => store.set('a', value))
    expect(await store.increment('n', 1)).toBe(1)
    await store.close()
  })

  it('that hangs is waited for no longer than a command may take, and used again when it goes on', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...SHORT })
    await works(() => store.set('a', value))
    server.pause()
    const first = await Promise.all(Array.from({ length: 50 }, () => failure(store.get('a'))))
    expect(first).toEqual(first.map(() => GONE))
    // The connection that said nothing was left, so that those that come later do not wait at all.
    expect(await failureAtOnce(store.get('a'))).toBe(GONE)
    server.resume()
    await works(() => store.get('a'))
    await store.close()
  })

  it('behind a network that passes nothing on is left, and reached by a new connection', async () => {
    await using server = await openRedis()
    await using network = await openNetwork(server.port)
    const url = `redis://127.0.0.1:${network.port}`
    const store = redisStore(url, { prefix: 'test:', driver, ...SHORT })
    await works(() => store.set('a', value))
    const { made } = network
    network.stall()
    expect(await failure(store.get('a'))).toBe(GONE)
    // Attempts to connect anew end as well, although the network takes them.
    await until(() => network.made > made + 1, 'it did not connect anew')
    network.resume()
    await works(() => store.get('a'))
    await store.close()
  })

  it('whose connections are cut in the middle of many calls leaves none without an end', async () => {
    await using server = await openRedis()
    await using network = await openNetwork(server.port)
    const store = redisStore(`redis://127.0.0.1:${network.port}`, { prefix: 'test:', driver, ...PATIENT })
    await store.set('a', value)
    for (let round = 0; round < 5; round++) {
      const calls = Array.from({ length: 200 }, (_, at) => failure(store.increment(`n${at}`, 1)))
      if (round % 2 === 0) await Promise.resolve()
      else await calls[0]
      network.cut()
      const codes = new Set(await Promise.all(calls))
      expect([...codes].every((code) => code === GONE || code === 'no error')).toBe(true)
      await works(() => store.get('a'))
    }
    await store.close()
  })

  it('that is not there at the first use is told with its place and no password', async () => {
    const store = redisStore('redis://shop:s3cr3t@127.0.0.1:1/2', { prefix: 'test:', driver, ...PATIENT })
    const error = await store.get('a').catch((thrown: unknown) => thrown)
    expect(RedisUnavailableError.is(error)).toBe(true)
    expect((error as Error).message).toContain('redis://shop@127.0.0.1:1/2')
    expect((error as Error).message).toContain('ECONNREFUSED')
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('s3cr3t')
    await store.close()
  })

  it('that is full is a full store, which keeps what it has', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    await store.setMany(['first', 'second', 'third'].map((key) => ({ key, value })))
    await store.increment('n', 1)
    await server.ask('CONFIG', 'SET', 'maxmemory', '1')
    for (const write of [
      () => store.increment('n', 1),
      () => store.add('new', value),
      () => store.compareAndSet('new', { expected: undefined, next: value }),
      () => store.setMany([{ key: 'new', value }]),
      async () => store.take?.('quota', { limit: 1, windowMs: 1000, amount: 1 }),
    ])
      expect(await failure(write())).toBe('ERR_CORE_STORE_FULL')
    expect(await store.get('first')).toEqual(value)
    expect(await store.delete('second')).toBe(true)
    expect(await store.compareAndSet('third', { expected: value, next: undefined })).toBe(true)
    expect(await store.touch('first', 60_000)).toBe(true)
    await server.ask('CONFIG', 'SET', 'maxmemory', '0')
    expect(await store.increment('n', 1)).toBe(2)
    await store.close()
  })

  it('that is full and evicts nothing is of no use to a cache', async () => {
    await using server = await openRedis('--maxmemory', '1')
    await using tier = redis(server.url, { driver, ...PATIENT })
    const error = await tier.store.set('a', value).catch((thrown: unknown) => thrown)
    expect(RedisUnavailableError.is(error)).toBe(true)
    expect((error as Error).message).toContain('allkeys-lru')
  })

  it('that only reads is left for the server that has taken its place', async () => {
    await using old = await openRedis()
    await using network = await openNetwork(old.port)
    const store = redisStore(`redis://127.0.0.1:${network.port}`, { prefix: 'test:', driver, ...PATIENT })
    await store.set('a', value)
    const { made } = network
    await old.ask('REPLICAOF', '127.0.0.1', '1')
    expect(await failure(store.set('a', value))).toBe(GONE)
    await until(() => network.made > made, 'it kept the connection')
    await old.ask('REPLICAOF', 'NO', 'ONE')
    await works(() => store.set('a', value))
    await store.close()
  })

  it('leaves nothing running after close, at any moment', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
    await using server = await openRedis()
    for (const use of [
      async () => {},
      async (store: ReturnType<typeof redisStore>) => void (await store.get('a')),
      async (store: ReturnType<typeof redisStore>) => void store.get('a').catch(() => {}),
    ]) {
      const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
      await use(store)
      await store.close()
    }
    const left = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
    await until(() => left() <= before, 'connections were left')
  })
})

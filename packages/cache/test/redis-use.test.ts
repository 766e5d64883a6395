// How Redis is used: what is sent, what is named, what is refused.
import { Secret } from '@keelson/core'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { beforeEach, describe, expect, it } from 'vitest'
import { redis, redisBus, redisPorts, redisStore, type RedisClient } from '../src/redis/index.ts'
import { openRedis, until, whyNoServer, type OwnRedis } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()

const value = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The commands that a server gets while something is done, but those of a handshake. */
async function commandsOf(server: OwnRedis, work: () => Promise<unknown>): Promise<string[]> {
  const redis = new Redis(server.url)
  const monitor = await redis.monitor()
  const seen: string[] = []
  monitor.on(
    'monitor',
    (_, args: string[]) => void seen.push(args.join(' ').replace(/^\w+/, (name) => name.toUpperCase())),
  )
  await work()
  await redis.call('ECHO', 'the end')
  await until(() => seen.includes('ECHO the end'), 'the end was not seen')
  monitor.disconnect()
  redis.disconnect()
  return seen
    .slice(0, seen.indexOf('ECHO the end'))
    .filter((text) => !/^(HELLO|CLIENT|INFO|PING)/i.test(text))
}

describe.each(DRIVERS)('a store on Redis, by %s', (driver) => {
  beforeEach(({ skip }) => skip(reason !== '', reason))

  it('gets 100 keys by one command', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    const keys = Array.from({ length: 100 }, (_, at) => `k${at}`)
    await store.setMany(keys.map((key) => ({ key, value: value(key) })))
    const seen = await commandsOf(server, async () => store.getMany(keys))
    expect(seen).toEqual([`MGET ${keys.map((key) => `test:${key}`).join(' ')}`])
    await store.close()
  })

  it('does each operation on a key by one command, and sends a script once', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    const quota = { limit: 2, windowMs: 1000, amount: 1 }
    const all = async (): Promise<void> => {
      await store.add('a', value('1'), { ttlMs: 5000 })
      await store.set('a', value('1'), { ttlMs: 5000 })
      await store.touch('a', 7000)
      await store.compareAndSet('a', { expected: value('1'), next: value('2') })
      await store.increment('n', 1, { max: 9, ttlMs: 1000 })
      await store.take?.('q', quota)
      await store.delete('a')
    }
    await all()
    const seen = await commandsOf(server, all)
    const names = seen
      .filter((text) => !text.includes('lua'))
      .map((text) => text.split(' ')[0]?.toUpperCase())
    // What a script does is shown as well.
    const sent = names.filter((name) => !['GET', 'TIME'].includes(name ?? ''))
    expect(sent.filter((name) => name === 'EVALSHA').length).toBe(3)
    expect(sent).not.toContain('EVAL')
    expect(seen).toContain('SET test:a 1 PX 5000 NX')
    expect(seen).toContain('PEXPIRE test:a 7000')
    await server.ask('SCRIPT', 'FLUSH')
    expect(await store.increment('n', 1)).toBe(3)
    await store.close()
  })

  it('takes a client of its own driver by its settings, and leaves it to its owner', async () => {
    await using server = await openRedis()
    const client =
      driver === 'ioredis'
        ? new Redis({ port: server.port, host: '127.0.0.1', keyPrefix: 'app:', db: 2, lazyConnect: true })
        : createClient({ url: server.url, database: 2, keyPrefix: 'app:' })
    await using tier = redis(client as RedisClient, { prefix: 'shop:', ...PATIENT })
    await tier.store.set('a', value('1'))
    let got = 0
    await tier.bus.subscribe('a', () => void got++)
    await tier.bus.publish('a', value('1'))
    await until(() => got === 1, 'the message did not come')
    await tier.close()
    await client.connect()
    expect(await client.get('shop:a')).toBe('1')
    expect(client.listenerCount('error')).toBe(0)
    if ('destroy' in client) client.destroy()
    else client.disconnect()
  })

  it('says what the server refuses, and never a key', async () => {
    await using server = await openRedis()
    await server.ask('ACL', 'SETUSER', 'shop', 'on', '>secret', '~keelson:*', '+@all', '-get')
    const store = redisStore(`redis://shop:secret@127.0.0.1:${server.port}`, {
      prefix: 'test:',
      driver,
      ...PATIENT,
    })
    await server.ask('LPUSH', 'test:session-7', '1')
    for (const call of [() => store.get('session-7'), () => store.increment('session-7', 1)]) {
      const error = (await call().catch((thrown: unknown) => thrown)) as Error & { code: unknown }
      expect(error.code).toBe('ERR_CACHE_REDIS_COMMAND')
      expect([error.message, error.stack, JSON.stringify(error), String(error.cause)].join()).not.toContain(
        'session-7',
      )
    }
    await store.close()
    const stranger = redisStore(`redis://shop:wrong@127.0.0.1:${server.port}`, {
      prefix: 'test:',
      driver,
      ...PATIENT,
    })
    await expect(stranger.get('a')).rejects.toThrow('WRONGPASS')
    await stranger.close()
  })

  it('rejects a subscription that the server refuses', async () => {
    await using server = await openRedis()
    await server.ask('ACL', 'SETUSER', 'shop', 'on', '>secret', '~*', 'resetchannels', '+@all')
    const bus = redisBus(`redis://shop:secret@127.0.0.1:${server.port}`, {
      prefix: 'test:',
      driver,
      ...PATIENT,
    })
    await expect(bus.subscribe('a', () => {})).rejects.toMatchObject({ code: 'ERR_CACHE_REDIS_COMMAND' })
    await expect(bus.publish('a', value('1'))).rejects.toMatchObject({ code: 'ERR_CACHE_REDIS_COMMAND' })
    await bus.close()
  })
})

describe('a source of Redis', () => {
  it.each([
    ['', 'an empty text'],
    [undefined, 'of the type undefined'],
    ['nonsense', 'is not a URL'],
    ['http://127.0.0.1', 'begins with http:'],
    ['redis://127.0.0.1/shop', 'not the number of a database'],
    ['redis://127.0.0.1/0?family=6', 'has options'],
    ['redis://a:%zz@127.0.0.1', '% escape'],
    [new Secret('redis://a:s3cr3t@127.0.0.1/x'), 'not the number of a database'],
    [{}, 'neither a URL nor a client'],
    [7, 'neither a URL nor a client'],
  ])('%s is refused with its place', (source, said) => {
    for (const make of [redis, redisStore, redisBus, redisPorts]) {
      const error = (() => {
        try {
          return make(source as string, { prefix: 'test:' })
        } catch (thrown) {
          return thrown as Error
        }
      })() as Error
      expect(error.message).toContain(said)
      expect(error.message).toContain(`${make.name}()`)
      expect(error.message).not.toContain('s3cr3t')
    }
  })

  it('with an option that does not exist is refused', () => {
    expect(() => redis('redis://127.0.0.1', { ttlMs: 1 } as object)).toThrow('ttlMs')
    expect(() => redis('redis://127.0.0.1', { prefix: 'a\n' })).toThrow('prefix')
    expect(() => redisStore('redis://127.0.0.1', { prefix: 'test:', canEvict: true as false })).toThrow(
      'canEvict',
    )
    expect(() => redis(new Redis({ lazyConnect: true }), { driver: 'redis' })).toThrow('Omit driver')
  })
})

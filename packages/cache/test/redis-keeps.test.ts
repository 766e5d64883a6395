// A store that keeps its keys is only on a Redis that does.
import { BUS, KEY_VALUE_STORE, SetupError, createApp } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { redisPorts, redisStore, type RedisStoreOptions } from '../src/redis/index.ts'
import { openRedis, until, whyNoServer, type OwnRedis } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

const value = new TextEncoder().encode('1')

/** What a store says of its server at the first use. */
async function said(
  server: OwnRedis,
  options: Omit<RedisStoreOptions, 'prefix'>,
  url = server.url,
): Promise<string> {
  const store = redisStore(url, { prefix: 'test:', ...PATIENT, ...options })
  const error: unknown = await store.set('a', value).catch((thrown: unknown) => thrown)
  await store.close()
  return SetupError.is(error) ? error.message : String(error)
}

describe.each(DRIVERS)('a store that keeps, by %s', (driver) => {
  it('refuses a server that may evict, with what to do', async () => {
    await using server = await openRedis('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru')
    const message = await said(server, { driver })
    expect(message).toContain(`Redis at redis://127.0.0.1:${server.port}/0 has maxmemory-policy allkeys-lru`)
    expect(message).toContain('Set maxmemory-policy noeviction, or use another Redis')
    expect(message).toContain('ERR_CACHE_REDIS_EVICTS')
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
    expect(await said(server, { driver })).toContain('volatile-ttl')
  })

  it('takes a server without a bound, whatever its policy', async () => {
    await using server = await openRedis('--maxmemory', '0', '--maxmemory-policy', 'allkeys-lru')
    expect(await said(server, { driver })).toBe('undefined')
  })

  it('refuses a server that does not tell, but where it is stated', async () => {
    await using server = await openRedis()
    await server.ask('ACL', 'SETUSER', 'shop', 'on', '>secret', '~*', '&*', '+@all', '-info')
    const url = `redis://shop:secret@127.0.0.1:${server.port}`
    expect(await said(server, { driver }, url)).toContain('say canEvict: false')
    expect(await said(server, { driver, canEvict: false }, url)).toBe('undefined')
    await using renamed = await openRedis('--rename-command', 'INFO', 'NO-INFO')
    expect(await said(renamed, { driver })).toContain('say canEvict: false')
  })

  it('is asked anew at each connection', async () => {
    await using server = await openRedis('--maxmemory', '50mb')
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    await store.set('a', value)
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal')
    const says = (text: string) => async () =>
      String(await store.get('a').catch((error: unknown) => error)).includes(text)
    await until(says('allkeys-lru'), 'it was not refused')
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await until(says('49'), 'it was not taken again')
    await store.close()
  })
})

describe('redisPorts', () => {
  const quiet = { mode: 'test', log: { level: 'silent' }, name: 'shop', routes: {} } as const

  it('binds the store and the bus, and closes them with the app', async () => {
    await using server = await openRedis()
    const app = await testApp({ ...quiet, plugins: [redisPorts(server.url, PATIENT)] })
    const store = app.resolve(KEY_VALUE_STORE)
    const bus = app.resolve(BUS)
    await store.set('a', value)
    expect(await server.ask('GET', 'keelson:shop:a')).toBe('1')
    let got = 0
    await bus.subscribe('prices', () => void got++)
    await bus.publish('prices', value)
    await until(() => got === 1, 'the message did not come')
    expect(store.capabilities).toMatchObject({ keeps: true, shared: true })
    await app.close()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'ERR_CORE_PORT_CLOSED' })
    await expect(bus.publish('prices', value)).rejects.toMatchObject({ code: 'ERR_CORE_PORT_CLOSED' })
  })

  it('stops the start where Redis cannot be reached, with its place', async () => {
    const app = createApp({ ...quiet, plugins: [redisPorts('redis://127.0.0.1:1', PATIENT)] })
    await expect(app.start()).rejects.toThrow(/redis:\/\/127\.0\.0\.1:1\/0.*ECONNREFUSED/s)
    await app.stop()
  })

  it('stops the start where Redis may evict', async () => {
    await using server = await openRedis('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lfu')
    const app = createApp({ ...quiet, plugins: [redisPorts(server.url, PATIENT)] })
    await expect(app.start()).rejects.toThrow('ERR_CACHE_REDIS_EVICTS')
    await app.stop()
  })

  it('starts without Redis by choice, and uses it once it is there', async () => {
    await using server = await openRedis()
    await server.kill()
    const app = await testApp({
      ...quiet,
      plugins: [redisPorts(server.url, { ...PATIENT, isRequired: false })],
    })
    const store = app.resolve(KEY_VALUE_STORE)
    const bus = app.resolve(BUS)
    const seen: string[] = []
    await bus.subscribe('prices', () => void seen.push('message'), { onGap: () => void seen.push('gap') })
    await expect(store.get('a')).rejects.toMatchObject({ code: 'ERR_CACHE_REDIS_UNAVAILABLE' })
    await server.start()
    await until(async () => (await store.set('a', value), true), 'it was not used')
    await until(() => seen.length === 1, 'the gap was not told')
    await until(async () => (await bus.publish('prices', value), true), 'it was not published')
    await until(() => seen.length === 2, 'the message did not come')
    expect(seen).toEqual(['gap', 'message'])
    await app.close()
  })
})

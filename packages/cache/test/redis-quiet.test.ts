// A driver prints, or ends the process for, an error that nobody listens to: of our clients somebody does, whatever happens to Redis.
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { redis, type RedisClient, type RedisSource } from '../src/redis/index.ts'
import { openNetwork } from './faulty-network.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

describe.each(DRIVERS)('a client of ours, by %s', (driver) => {
  const given = (url: string): RedisClient =>
    driver === 'ioredis'
      ? new Redis(url, { lazyConnect: true })
      : (createClient({ url }) as unknown as RedisClient)

  it.each<[string, (url: string) => readonly [RedisSource, { driver?: typeof driver }]]>([
    ['made for a URL', (url) => [url, { driver }]],
    ['made like a client that is given', (url) => [given(url), {}]],
  ])('%s says nothing on the console', async (_kind, make) => {
    await using server = await openRedis()
    await using network = await openNetwork(server.port)
    const [source, options] = make(`redis://127.0.0.1:${network.port}`)
    const tier = redis(source, { ...options, ...PATIENT, isRequired: false })
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      await tier.open()
      const isLost = async (): Promise<boolean> =>
        Object.hasOwn((await tier.health()).detail ?? {}, 'problem')
      // Cut while it works, refused while it connects anew, and gone at last.
      network.cut()
      await until(async () => !(await isLost()), 'it did not connect anew')
      network.refuse()
      await until(isLost, 'it did not notice')
      const { refused } = network
      await until(() => network.refused > refused + 3, 'it did not try again')
      network.accept()
      await until(async () => !(await isLost()), 'it did not come back')
      await server.kill()
      await until(isLost, 'its death was not noticed')
      await tier.close()
      const ours = said.mock.calls.filter((parts) => parts.join(' ').includes(String(network.port)))
      expect(ours).toEqual([])
      // Whose error has no place: of a client that was connected.
      expect(said.mock.calls.filter((parts) => /ECONNRESET|closed/i.test(parts.join(' ')))).toEqual([])
    } finally {
      said.mockRestore()
    }
  })
})

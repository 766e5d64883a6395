// A master, its replica, and a sentinel that makes the replica the master when it dies.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import type { DriverName, RedisClient } from '../src/redis/index.ts'
import { freePort, openRedis, until, type OwnRedis } from './own-redis.ts'

export interface OwnSentinel extends AsyncDisposable {
  readonly master: OwnRedis
  readonly replica: OwnRedis
  /** A client that is not connected. */
  client(driver: DriverName): RedisClient
}

export async function openSentinel(): Promise<OwnSentinel> {
  const master = await openRedis()
  const replica = await openRedis('--replicaof', `127.0.0.1 ${master.port}`)
  const folder = mkdtempSync(join(tmpdir(), 'keelson-sentinel-'))
  const port = await freePort()
  const file = join(folder, 'sentinel.conf')
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor shop 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds shop 500',
      'sentinel failover-timeout shop 3000',
    ].join('\n'),
  )
  const running: ChildProcess = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const sentinels = [{ host: '127.0.0.1', port }]
  await until(async () => {
    const redis = new Redis(port, { lazyConnect: true, retryStrategy: null })
    redis.on('error', () => {})
    try {
      await redis.connect()
      const found = (await redis.call('SENTINEL', 'REPLICAS', 'shop')) as unknown[]
      return found.length === 1
    } finally {
      redis.disconnect()
    }
  }, 'the sentinel does not know the replica')
  return {
    master,
    replica,
    client: (driver) =>
      driver === 'ioredis'
        ? new Redis({ sentinels, name: 'shop', lazyConnect: true })
        : (createSentinel({ name: 'shop', sentinelRootNodes: sentinels }) as unknown as RedisClient),
    [Symbol.asyncDispose]: async () => {
      running.kill('SIGKILL')
      if (running.exitCode === null && running.signalCode === null) await once(running, 'exit')
      await Promise.all([master[Symbol.asyncDispose](), replica[Symbol.asyncDispose]()])
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

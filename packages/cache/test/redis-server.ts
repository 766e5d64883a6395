// The Redis of the tests, and what they have there.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { findServer, type FoundServer } from '../../core/test/ask-server.ts'

/** Asks for the Redis of the tests. */
export function findRedis(): Promise<FoundServer> {
  const { KEELSON_TEST_REDIS_URL: url = 'redis://127.0.0.1:6379' } = process.env
  return findServer('Redis', url, connect)
}

async function connect(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: 5000 })
  redis.on('error', () => {})
  try {
    await redis.connect()
  } finally {
    redis.disconnect()
  }
}

/** The shortest TTL of the suites on a server, whose clock no test moves, ms: longer than a busy machine takes between two calls. */
export const TTL_UNIT_MS = 1200

/** By how much a timer may be early by the clock of the server, ms. */
export const TIMER_MS = 10

/** A prefix of a test's own. */
export function testPrefix(): string {
  return `keelson-test:${randomUUID()}:`
}

/** Deletes what a test has left. */
export async function deletePrefix(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  try {
    const keys = await redis.keys(`${prefix}*`)
    if (keys.length > 0) await redis.unlink(keys)
  } finally {
    redis.disconnect()
  }
}

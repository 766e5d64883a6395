// The Redis of the tests: where it is, and why a test that needs one is skipped.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'

/** A server, or why there is not one. */
export interface FoundRedis {
  readonly url: string | undefined
  readonly reason: string
}

/** Looks for the server once for each file. Where `CI` or `REQUIRE_SERVICES` is set it must be there: nothing would be proven of it. */
export async function findRedis(): Promise<FoundRedis> {
  const { CI, REQUIRE_SERVICES, KEELSON_TEST_REDIS_URL: url = 'redis://127.0.0.1:6379' } = process.env
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: 5000 })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return { url, reason: '' }
  } catch (error) {
    if (CI !== undefined || REQUIRE_SERVICES === 'true') throw error
    const reason = `no Redis answers at ${new URL(url).host}: ${String(error)}`
    process.stderr.write(`${reason}, so that nothing was proven of it\n`)
    return { url: undefined, reason }
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

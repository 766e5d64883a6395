// What every test of Redis runs over: both drivers, by a URL.
import type { DriverName } from '../src/redis/index.ts'

export const DRIVERS: readonly DriverName[] = ['ioredis', 'redis']

/** Limits for tests of which they are not the subject: a busy machine keeps them. */
export const PATIENT = { commandTimeoutMs: 30_000, connectTimeoutMs: 30_000 } as const

// What every test of Redis runs over: both drivers, by a URL.
import type { DriverName } from '../src/redis/index.ts'

export const DRIVERS: readonly DriverName[] = ['ioredis', 'redis']

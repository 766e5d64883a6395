// A process that waits for a factory which never ends, and for nothing else.
import { createCache } from '@keelson/cache'

const numbers = createCache().namespace('numbers', { ttlMs: 5_000, hardTimeoutMs: 50 })
const code = await numbers.getOrSet('a', () => new Promise(() => {})).catch((error) => error.code)
process.stdout.write(String(code))

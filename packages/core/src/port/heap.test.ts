import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createMemoryCacheStore, createMemoryStore, scopedStore } from './index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const KEYS = 2_000
const URL_BYTES = 16_000

describe('a store in the process', () => {
  it.each([
    ['keeps', createMemoryStore()],
    ['keeps, in a scope', scopedStore(createMemoryStore(), 'limit', { maxBytes: 100_000_000 })],
    ['evicts', createMemoryCacheStore()],
  ])('that %s holds of a text only what was cut out of it as a key', async (_, store) => {
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    for (let at = 0; at < KEYS; at++) {
      const url = `/search?email=person-${String(at).padStart(6, '0')}@example.org&q=${'x'.repeat(URL_BYTES)}`
      // Flat, as a text that was read from a socket is.
      const read = Buffer.from(url).toString()
      await store.increment(read.slice(14, 14 + 25), 1)
    }
    collectGarbage()
    const perKey = (process.memoryUsage().heapUsed - before) / KEYS
    expect(perKey).toBeLessThan(1000)
    await store.close()
  })
})

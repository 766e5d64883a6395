import { describe, expect, it } from 'vitest'
import { soakAborted, soakOperations } from './soak/flat-heap.ts'

/** One retained object of the smallest kind for each operation or request would be more. */
const LIMIT_MIB = 3

describe('the heap of a cache is flat', () => {
  it('over operations of all kinds, on keys and tags that never end', async () => {
    const { grownMiB, entries } = await soakOperations(200_000)
    expect(grownMiB).toBeLessThan(LIMIT_MIB)
    expect(entries).toBeGreaterThan(0)
  })

  it('over requests that are aborted at any moment', async () => {
    const { grownMiB } = await soakAborted(10_000)
    expect(grownMiB).toBeLessThan(LIMIT_MIB)
  })
})

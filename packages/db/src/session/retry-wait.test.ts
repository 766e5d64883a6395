import { describe, expect, it } from 'vitest'
import { createSeededRandom } from '@keelson/core/ports'
import { waitToRetry } from './retry-wait.ts'

describe('the wait before a retry', () => {
  it('grows to a second and no further', async () => {
    const asked: number[] = []
    const random = {
      ...createSeededRandom(1),
      int: (below: number) => {
        asked.push(below)
        return 0
      },
    }
    for (const attempt of [-1, 0, 1, 2, 3, 40]) await waitToRetry(attempt, { random, frame: undefined })
    expect(asked).toEqual([20, 20, 80, 320, 1000, 1000])
  })
})

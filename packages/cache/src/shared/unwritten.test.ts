import { createFakeClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { Unwritten } from './unwritten.ts'

/** Writes that the test ends, in the order in which they began. */
function setUp() {
  const clock = createFakeClock()
  const ends: ((isTaken: boolean) => void)[] = []
  const write = (): Promise<boolean> => new Promise((resolve) => ends.push(resolve))
  const unwritten = new Unwritten({ clock, write, drop: write, onKept: () => {} })
  return { clock, unwritten, ends, end: (isTaken: boolean) => ends.shift()?.(isTaken) }
}

describe('what the store has not taken', () => {
  it.each(['invalidate', 'drop'] as const)(
    'stays when it was not taken again while it was tried: %s',
    async (method) => {
      const { clock, unwritten, ends, end } = setUp()
      const begin = () => (method === 'drop' ? unwritten.drop(['a']) : unwritten.invalidate(['a'], false))
      const first = begin()
      end(false)
      await first
      // It is tried, and before that has ended the next one fails.
      await clock.advance(250)
      const [tried] = ends.splice(0)
      const again = begin()
      end(false)
      expect(await again).toBe(false)
      tried?.(true)
      await new Promise(setImmediate)
      expect(unwritten.count).toBe(1)
      await clock.advance(250)
      end(true)
      await new Promise(setImmediate)
      expect(unwritten.count).toBe(0)
    },
  )

  it('is not tried any more once it is closed, also when a try was running', async () => {
    const { clock, unwritten, ends, end } = setUp()
    const first = unwritten.invalidate(['a'], false)
    end(false)
    await first
    await clock.advance(250)
    unwritten.close()
    end(false)
    await new Promise(setImmediate)
    await clock.advance(10_000)
    unwritten.tryNow()
    expect(ends).toEqual([])
  })
})

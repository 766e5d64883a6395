import { runInNewFrame, currentFrame } from '@keelson/core'
import { createFakeClock, waitUntil } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'

const never = () => new Promise<never>(() => {})

describe('waitUntil', () => {
  it('gives what comes of the work, also where it throws at once', async () => {
    await expect(waitUntil(() => 1, {})).resolves.toBe(1)
    const thrown = waitUntil(() => {
      throw new Error('at once')
    }, {})
    await expect(thrown).rejects.toThrow('at once')
  })

  it('ends with what comes first: a time, a signal, or the frame', async () => {
    const clock = createFakeClock()
    const limit = { clock, limitMs: 100, late: () => new Error('late') }
    const timed = waitUntil(never, { limit }).catch((error: unknown) => error)
    await clock.advance(100)
    expect(await timed).toEqual(new Error('late'))
    const ends = new AbortController()
    const aborted = waitUntil(never, { signal: ends.signal, limit })
    ends.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    await expect(waitUntil(never, { signal: ends.signal })).rejects.toBe('enough')
    const framed = runInNewFrame(() => {
      const frame = currentFrame()
      const wait = waitUntil(never, { frame })
      frame?.abort('gone')
      return wait
    })
    await expect(framed).rejects.toBe('gone')
  })

  it('leaves nothing behind: no timer, and no listener', async () => {
    const clock = createFakeClock()
    let isLate = false
    const late = (): Error => {
      isLate = true
      return new Error('late')
    }
    const ends = new AbortController()
    const listeners: string[] = []
    const { signal } = ends
    const removed = signal.removeEventListener.bind(signal)
    signal.removeEventListener = ((...given: Parameters<typeof removed>) => {
      listeners.push(given[0])
      removed(...given)
    }) as typeof signal.removeEventListener
    await waitUntil(async () => 1, { signal, limit: { clock, limitMs: 100, late } })
    await clock.advance(1_000)
    expect([isLate, listeners]).toEqual([false, ['abort']])
  })
})

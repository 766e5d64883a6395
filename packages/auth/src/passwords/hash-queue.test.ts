import { runInNewFrame } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { HashQueue } from './hash-queue.ts'

/** Work that ends when it is told to. */
function jobs(queue: HashQueue) {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const begin = (name: number): Promise<number> =>
    queue.run(async () => {
      begun.push(name)
      await new Promise<void>((resolve) => {
        ends[name] = resolve
      })
      return name
    })
  return { begun, begin, end: (name: number) => ends[name]!() }
}

describe('a queue of hashes', () => {
  it('runs as many at once as it may, and the others in order', async () => {
    const { begun, begin, end } = jobs(new HashQueue({ maxConcurrent: 2, maxQueued: 2 }))
    const all = [0, 1, 2, 3].map(begin)
    await expect.poll(() => begun).toEqual([0, 1])
    end(1)
    await expect.poll(() => begun).toEqual([0, 1, 2])
    end(0)
    await expect.poll(() => begun).toEqual([0, 1, 2, 3])
    end(2)
    end(3)
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
  })

  it('refuses more than may wait, with a time to try again', async () => {
    const { begin, end } = jobs(new HashQueue({ maxConcurrent: 1, maxQueued: 1 }))
    const first = begin(0)
    const second = begin(1)
    await expect(begin(2)).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      cause: {
        message:
          '1 hashes run and 1 wait. Raise maxConcurrent or maxQueued of Passwords, or limit the route.',
      },
    })
    end(0)
    await first
    await expect.poll(() => second.constructor).toBe(Promise)
    end(1)
    expect(await second).toBe(1)
  })

  it('gives a place back when work fails', async () => {
    const queue = new HashQueue({ maxConcurrent: 1, maxQueued: 0 })
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await queue.run(() => Promise.resolve(7))).toBe(7)
  })

  it('lets those go who wait when their request ends, and their places with them', async () => {
    const { begun, begin, end } = jobs(new HashQueue({ maxConcurrent: 1, maxQueued: 1 }))
    const controller = new AbortController()
    const first = begin(0)
    const gone = runInNewFrame(() => begin(1), { signal: controller.signal })
    controller.abort(new Error('The client is gone.'))
    await expect(gone).rejects.toThrow('The client is gone.')
    const third = begin(2)
    end(0)
    await first
    await expect.poll(() => begun).toEqual([0, 2])
    end(2)
    expect(await third).toBe(2)
  })

  it('does not begin for a request that has ended', async () => {
    const queue = new HashQueue({ maxConcurrent: 1, maxQueued: 0 })
    const controller = new AbortController()
    const late = runInNewFrame(
      async () => {
        controller.abort(new Error('The client is gone.'))
        await queue.run(() => Promise.resolve(7))
      },
      { signal: controller.signal },
    )
    await expect(late).rejects.toThrow('The client is gone.')
  })
})

import { describe, expect, it, vi } from 'vitest'
import { createLimit, isDoneWithin, isTimeout, waitFor } from './wait-for.ts'

const never = new Promise<never>(() => undefined)

/** Counts the listeners that a signal has. */
function watched(): { readonly controller: AbortController; count(): number } {
  const controller = new AbortController()
  const added = vi.spyOn(controller.signal, 'addEventListener')
  const removed = vi.spyOn(controller.signal, 'removeEventListener')
  return { controller, count: () => added.mock.calls.length - removed.mock.calls.length }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
}

describe('waitFor', () => {
  it('gives what the work gives, and leaves neither timer nor listener', async () => {
    const { controller, count } = watched()
    const before = timers()
    const limits = { limitMs: 60_000, signal: controller.signal }
    expect(await waitFor(Promise.resolve(7), limits)).toBe(7)
    expect(await waitFor(8, limits)).toBe(8)
    await expect(waitFor(Promise.reject(new Error('own')), limits)).rejects.toThrow('own')
    expect([timers(), count()]).toEqual([before, 0])
  })

  it('fails with a TimeoutError, or what is given for it', async () => {
    const error = await waitFor(never, { limitMs: 1 }).catch((thrown: unknown) => thrown)
    expect(isTimeout(error)).toBe(true)
    expect(String(error)).toContain('1 ms')
    const reason = (limitMs: number) => new Error(`late by ${limitMs}`)
    await expect(waitFor(never, { limitMs: 1, reason })).rejects.toThrow('late by 1')
  })

  it('fails with the reason of the signal, and leaves neither timer nor listener', async () => {
    const { controller, count } = watched()
    const before = timers()
    const waiting = waitFor(never, { limitMs: 60_000, signal: controller.signal })
    controller.abort('called off')
    await expect(waiting).rejects.toBe('called off')
    expect([timers(), count()]).toEqual([before, 0])
  })

  it('takes what is done at once although the time was up before', async () => {
    const signal = AbortSignal.abort('over')
    expect(await waitFor(Promise.resolve('done'), { signal })).toBe('done')
    await expect(waitFor(never, { signal })).rejects.toBe('over')
  })

  it('does not fire at once for a limit that no timer can hold', async () => {
    const later = new Promise((resolve) => setTimeout(resolve, 5, 'done'))
    expect(await waitFor(later, { limitMs: 2 ** 40 })).toBe('done')
  })

  it('leaves no unhandled rejection of work that failed too late', async () => {
    const unhandled = vi.fn<(reason: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    const late = new Promise((_, reject) => setTimeout(reject, 250, new Error('late')))
    await expect(waitFor(late, { limitMs: 1 })).rejects.toSatisfy(isTimeout)
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('isDoneWithin', () => {
  it('tells work that was done from work that was not, and passes on its failure', async () => {
    expect(await isDoneWithin(Promise.resolve(), { limitMs: 60_000 })).toBe(true)
    expect(await isDoneWithin(never, { limitMs: 1 })).toBe(false)
    expect(await isDoneWithin(never, { signal: AbortSignal.abort() })).toBe(false)
    await expect(isDoneWithin(Promise.reject(new Error('own')), { limitMs: 60_000 })).rejects.toThrow('own')
  })
})

describe('createLimit', () => {
  it('aborts with the reason of the signal that it joins, also where that had aborted', () => {
    const controller = new AbortController()
    const limit = createLimit({ limitMs: 60_000, signal: controller.signal })
    controller.abort('called off')
    expect([limit.signal.aborted, limit.signal.reason]).toEqual([true, 'called off'])
    expect(createLimit({ signal: AbortSignal.abort('before') }).signal.reason).toBe('before')
  })

  it('aborts no more when it is released', async () => {
    const { controller, count } = watched()
    const limit = createLimit({ limitMs: 1, signal: controller.signal })
    limit.release()
    controller.abort()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([limit.signal.aborted, count()]).toEqual([false, 0])
  })
})

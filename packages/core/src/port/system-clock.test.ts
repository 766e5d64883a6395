import { describe, expect, it } from 'vitest'
import { systemClock } from './index.ts'

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('systemClock', () => {
  it('keeps the process alive for a timer unless told otherwise', () => {
    const before = timers()
    const held = systemClock.setTimeout(() => {}, 60_000)
    expect(timers()).toBe(before + 1)
    const loose = systemClock.setTimeout(() => {}, 60_000, { unref: true })
    expect(timers()).toBe(before + 1)
    held.cancel()
    loose.cancel()
    expect(timers()).toBe(before)
  })

  it('leaves no timer behind when a sleep is aborted', async () => {
    const before = timers()
    const controller = new AbortController()
    const slept = systemClock.sleep(60_000, controller.signal)
    controller.abort()
    await expect(slept).rejects.toBe(controller.signal.reason)
    expect(timers()).toBe(before)
  })

  it('tells the time of the machine', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
  })
})

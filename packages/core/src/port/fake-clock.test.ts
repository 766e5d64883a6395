import { describe, expect, it } from 'vitest'
import { createFakeClock } from './index.ts'

describe('createFakeClock', () => {
  it('begins at the given time and stands still', () => {
    const clock = createFakeClock({ now: 1000 })
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
    expect(createFakeClock().now()).toBe(Date.UTC(2030, 0, 1))
  })

  it('fires each timer at its own time, equal ones in the order they were set', async () => {
    const clock = createFakeClock({ now: 0 })
    const fired: [string, number][] = []
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['b', 10],
    ] as const) {
      // prettier-ignore
      clock.setTimeout(() => fired.push([name, clock.now()]), delayMs)
    }
    await clock.advance(29)
    expect(fired).toEqual([['a', 10], ['b', 10]]) // prettier-ignore
    await clock.advance(1)
    expect(fired.at(-1)).toEqual(['c', 30])
    expect(clock.now()).toBe(30)
  })

  it('meets code that sleeps again and again', async () => {
    const clock = createFakeClock({ now: 0 })
    const times: number[] = []
    const loop = (async () => {
      for (let turn = 0; turn < 5; turn++) {
        await clock.sleep(100)
        await Promise.resolve()
        times.push(clock.now())
      }
    })()
    await clock.advance(500)
    await loop
    expect(times).toEqual([100, 200, 300, 400, 500])
  })

  it('lets code that has not yet set its timer do so first', async () => {
    const clock = createFakeClock()
    let isDone = false
    void (async () => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      await clock.sleep(10)
      isDone = true
    })()
    await clock.advance(10)
    expect(isDone).toBe(true)
  })

  it('fires timers without delay by advancing by nothing', async () => {
    const clock = createFakeClock()
    let fired = 0
    clock.setTimeout(() => fired++, 0)
    expect(fired).toBe(0)
    await clock.advance(0)
    expect(fired).toBe(1)
  })

  it('reaches the time and fires the rest when a callback throws, then throws it', async () => {
    const clock = createFakeClock({ now: 0 })
    let fired = 0
    clock.setTimeout(() => { throw new Error('callback failed') }, 1) // prettier-ignore
    clock.setTimeout(() => fired++, 2)
    await expect(clock.advance(5)).rejects.toThrow('callback failed')
    expect([fired, clock.now()]).toEqual([1, 5])
  })

  it('sets the wall clock without touching timers and durations', async () => {
    const clock = createFakeClock({ now: 1000 })
    let fired = 0
    clock.setTimeout(() => fired++, 10)
    clock.setNow(0)
    await clock.advance(9)
    expect([clock.now(), clock.monotonic(), fired]).toEqual([9, 9, 0])
    await clock.advance(1)
    expect(fired).toBe(1)
  })

  it('counts the timers that wait; an aborted sleep leaves none', async () => {
    const clock = createFakeClock()
    const controller = new AbortController()
    const slept = clock.sleep(10, controller.signal)
    clock.setTimeout(() => {}, 5)
    expect(clock.pendingTimers).toBe(2)
    controller.abort()
    await expect(slept).rejects.toBe(controller.signal.reason)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(5)
    expect(clock.pendingTimers).toBe(0)
  })

  it.each([-1, Number.NaN, Infinity])('refuses to advance by %s', async (ms) => {
    await expect(createFakeClock().advance(ms)).rejects.toMatchObject({ code: 'ERR_CORE_PORT_ARGUMENT' })
  })

  it('refuses a time that is none', () => {
    expect(() => createFakeClock({ now: Number.NaN })).toThrow(/now/)
    expect(() => createFakeClock().setNow(Infinity)).toThrow(/setNow/)
  })
})

import { describe, expect, it } from 'vitest'
import { currentFrame, runInFrame } from './current.ts'
import { Frame } from './frame.ts'
import { createTimerWheel, type DeadlineTarget, type TimerWheel } from './timer-wheel.ts'

interface Bench {
  readonly wheel: TimerWheel
  readonly fired: string[]
  /** Moves the clock and lets the wheel look. */
  to(atMs: number): void
  target(name: string, also?: () => void): DeadlineTarget
}

function bench(start = 0): Bench {
  let now = start
  const fired: string[] = []
  const wheel = createTimerWheel({ tickMs: 50, now: () => now })
  return {
    wheel,
    fired,
    to(atMs) {
      now = atMs
      wheel.advance()
    },
    target: (name, also) => ({
      onDeadline() {
        fired.push(`${name}@${now}`)
        also?.()
      },
    }),
  }
}

describe('a timer wheel', () => {
  it('calls at the first look after the delay, never before', () => {
    const { wheel, fired, to, target } = bench()
    wheel.add(120, target('a'))
    to(50)
    to(119.9)
    expect(fired).toEqual([])
    to(120)
    expect(fired).toEqual(['a@120'])
    to(500)
    expect(fired).toEqual(['a@120'])
    expect(wheel.size).toBe(0)
  })

  it('is at most one tick late, wherever the ticks fall, and never early', () => {
    for (let phase = 0; phase < 50; phase += 7) {
      const { wheel, fired, to, target } = bench(1000.3)
      const delays = Array.from({ length: 200 }, (_, at) => at * 331.7)
      for (const delay of delays) wheel.add(delay, target(String(1000.3 + delay)))
      for (let now = 1000.3 + phase; now < 1000.3 + 67_000; now += 50) to(now)
      expect(fired).toHaveLength(delays.length)
      for (const call of fired) {
        const [due, at] = call.split('@').map(Number) as [number, number]
        expect(at).toBeGreaterThanOrEqual(due)
        expect(at - due).toBeLessThan(50)
      }
    }
  })

  it('calls everything due after a long pause, once', () => {
    const { wheel, fired, to, target } = bench()
    for (const delay of [10, 5000, 25_600, 60_000, 90_000]) wheel.add(delay, target(String(delay)))
    to(80_000)
    expect(fired.toSorted()).toEqual(['10@80000', '25600@80000', '5000@80000', '60000@80000'])
    to(90_000)
    expect(fired).toHaveLength(5)
  })

  it('does not call what was cancelled, and cancelling twice or too late does no harm', () => {
    const { wheel, fired, to, target } = bench()
    const entry = wheel.add(100, target('a'))
    wheel.add(100, target('b'))
    wheel.cancel(entry)
    wheel.cancel(entry)
    expect(wheel.size).toBe(1)
    to(100)
    wheel.cancel(entry)
    expect(fired).toEqual(['b@100'])
    expect(wheel.size).toBe(0)
  })

  it('lets go of the target once it fired or was cancelled', () => {
    const { wheel, to, target } = bench()
    const cancelled = wheel.add(10, target('a'))
    const fired = wheel.add(10, target('b'))
    wheel.cancel(cancelled)
    to(50)
    expect([cancelled.target, fired.target]).toEqual([undefined, undefined])
  })

  it('allows adding and cancelling while it calls', () => {
    const { wheel, fired, to, target } = bench()
    wheel.add(
      10,
      target('a', () => {
        wheel.cancel(second)
        wheel.add(0, target('c'))
      }),
    )
    const second = wheel.add(10, target('b'))
    wheel.add(10, target('d'))
    to(50)
    expect(fired).toEqual(['a@50', 'd@50'])
    to(100)
    expect(fired).toEqual(['a@50', 'd@50', 'c@100'])
  })

  it('takes a delay of zero, below zero or not a number as due now, and Infinity as never', () => {
    const { wheel, fired, to, target } = bench()
    for (const delay of [0, -5, Number.NaN, -Infinity]) wheel.add(delay, target(String(delay)))
    wheel.add(Infinity, target('never'))
    to(1)
    expect(fired.toSorted()).toEqual(['-5@1', '-Infinity@1', '0@1', 'NaN@1'])
    to(1e12)
    expect(wheel.size).toBe(1)
  })

  it('calls in time after a clock that went back', () => {
    const { wheel, fired, to, target } = bench()
    wheel.add(10_000, target('late'))
    to(1_000)
    to(500)
    wheel.add(100, target('early'))
    to(600)
    expect(fired).toEqual(['early@600'])
  })

  it('works again after it was empty for long', () => {
    const { wheel, fired, to, target } = bench()
    wheel.add(10, target('a'))
    to(50)
    to(1_000_000)
    wheel.add(10, target('b'))
    to(1_000_010)
    expect(fired).toEqual(['a@50', 'b@1000010'])
  })

  it('holds thousands and calls each', () => {
    const { wheel, to } = bench()
    let count = 0
    const target = { onDeadline: () => void count++ }
    const entries = Array.from({ length: 20_000 }, (_, at) => wheel.add(at % 3000, target))
    for (let at = 0; at < entries.length; at += 2) wheel.cancel(entries[at]!)
    for (let now = 0; now <= 3050; now += 50) to(now)
    expect(count).toBe(10_000)
    expect(wheel.size).toBe(0)
  })

  it('goes on after a target threw, and reports the error as uncaught', async () => {
    const { wheel, fired, to, target } = bench()
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const caught = new Promise((resolve) => process.once('uncaughtException', resolve))
    wheel.add(
      10,
      target('a', () => {
        throw new Error('broken')
      }),
    )
    wheel.add(10, target('b'))
    to(50)
    const error = await caught
    for (const listener of listeners) process.on('uncaughtException', listener)
    expect(fired).toEqual(['a@50', 'b@50'])
    expect(error).toMatchObject({ message: 'broken' })
  })
})

describe('the timer of a wheel', () => {
  it('calls by itself, rests when empty, starts again, and does not keep the process alive', async () => {
    const wheel = createTimerWheel({ tickMs: 1 })
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    for (let round = 0; round < 2; round++) {
      expect(wheel.isTicking).toBe(false)
      const frame = await new Promise((resolve) => {
        const target = { onDeadline: () => resolve(currentFrame()) }
        const before = timers()
        runInFrame(new Frame('r'), () => wheel.add(3, target))
        expect(wheel.isTicking).toBe(true)
        // Only timers that hold the process are listed.
        expect(timers()).toBe(before)
        // The test itself must stay alive meanwhile.
        const hold = setInterval(() => wheel.size === 0 && clearInterval(hold), 1)
      })
      expect(frame).toBeUndefined()
      await new Promise(setImmediate)
    }
  })

  it('keeps the process alive while it is held, once for all who do', () => {
    const wheel = createTimerWheel({ tickMs: 1_000 })
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const entry = wheel.add(60_000, { onDeadline() {} })
    const seen = [() => wheel.hold(), () => wheel.hold(), () => wheel.release(), () => wheel.release()].map(
      (change) => (change(), timers() - before),
    )
    wheel.cancel(entry)
    expect(seen).toEqual([1, 1, 1, 0])
  })

  it('stops at the tick after the last entry was cancelled', async () => {
    const wheel = createTimerWheel({ tickMs: 1 })
    wheel.cancel(wheel.add(1000, { onDeadline() {} }))
    await new Promise<void>((resolve) => {
      const watch = setInterval(() => {
        if (wheel.isTicking) return
        clearInterval(watch)
        resolve()
      }, 1)
    })
    expect(wheel.isTicking).toBe(false)
  })
})

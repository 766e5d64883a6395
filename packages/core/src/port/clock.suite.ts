import { AsyncLocalStorage } from 'node:async_hooks'
import { CLOCK_KIND, MAX_DELAY_MS, type Clock } from './clock.ts'
import { callable, ofKind, optionTable, required } from '../errors/index.ts'
import { codeOf, defineSuite, type Suite, type SuiteCases } from './suite.ts'

/** What each case of {@link clockSuite} works on. */
export interface ClockSubject {
  readonly clock: Clock
  /** Lets at least that much of the clock's time pass, and everything due happen. */
  readonly advance: (ms: number) => Promise<void>
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const SUBJECT = optionTable<ClockSubject>({
  clock: required(ofKind(CLOCK_KIND, 'The clock.')),
  advance: required(callable('Lets time pass.')),
  dispose: callable('Called after each case.'),
})

const CASES: SuiteCases<ClockSubject> = {
  'returns whole milliseconds since 1970': async ({ clock }, expect) => {
    expect(Number.isInteger(clock.now())).toEqual(true)
    expect(clock.now() > Date.UTC(2000, 0, 1)).toEqual(true)
  },
  'moves both of its times on together': async ({ clock, advance }, expect) => {
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    await advance(30)
    expect(clock.monotonic() - monotonic >= 30).toEqual(true)
    // Wall clocks count whole milliseconds, and may be slewed.
    expect(clock.now() - now >= 28).toEqual(true)
  },
  'never goes back': async ({ clock, advance }, expect) => {
    const times: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      times.push(clock.monotonic())
      await advance(1)
    }
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  },
  'calls back once, after the delay and not within the call': async ({ clock, advance }, expect) => {
    const firedAt: number[] = []
    const start = clock.monotonic()
    clock.setTimeout(() => firedAt.push(clock.monotonic() - start), 20)
    expect(firedAt.length).toEqual(0)
    await advance(40)
    await advance(40)
    expect(firedAt.length).toEqual(1)
    expect(firedAt[0]! >= 20).toEqual(true)
  },
  'does not call back a cancelled timer, which can be cancelled twice': async (
    { clock, advance },
    expect,
  ) => {
    let fired = 0
    const timer = clock.setTimeout(() => fired++, 10)
    timer.cancel()
    timer.cancel()
    const done = clock.setTimeout(() => fired++, 1)
    await advance(30)
    done.cancel()
    expect(fired).toEqual(1)
  },
  'calls back in the order of the delays': async ({ clock, advance }, expect) => {
    const order: string[] = []
    clock.setTimeout(() => order.push('late'), 40)
    clock.setTimeout(() => order.push('early'), 1)
    clock.setTimeout(() => order.push('middle'), 20)
    await advance(80)
    expect(order).toEqual(['early', 'middle', 'late'])
  },
  'treats a delay below zero as zero, and waits for one longer than 2^31 ms': async (
    { clock, advance },
    expect,
  ) => {
    const fired: string[] = []
    clock.setTimeout(() => fired.push('past'), -5)
    const timers = [2 ** 31, MAX_DELAY_MS].map((delayMs) =>
      clock.setTimeout(() => fired.push('far'), delayMs),
    )
    await advance(20)
    expect(fired).toEqual(['past'])
    for (const timer of timers) timer.cancel()
  },
  'refuses delays that are not numbers in range': async ({ clock }, expect) => {
    for (const delayMs of [
      Number.NaN,
      Infinity,
      -Infinity,
      MAX_DELAY_MS + 1,
      '1' as never,
      undefined as never,
    ]) {
      const set = async (): Promise<unknown> => clock.setTimeout(() => {}, delayMs)
      expect([delayMs, await codeOf(set())]).toEqual([delayMs, 'ERR_CORE_PORT_ARGUMENT'])
      expect([delayMs, await codeOf(clock.sleep(delayMs))]).toEqual([delayMs, 'ERR_CORE_PORT_ARGUMENT'])
    }
  },
  'sleeps for the delay': async ({ clock, advance }, expect) => {
    const start = clock.monotonic()
    const slept = clock.sleep(20).then(() => clock.monotonic() - start)
    await advance(40)
    expect((await slept) >= 20).toEqual(true)
  },
  'wakes a sleeper at once when its signal aborts, with the reason': async ({ clock }, expect) => {
    const controller = new AbortController()
    const slept = codeOf(clock.sleep(60_000, controller.signal))
    controller.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    expect(await slept).toEqual('ENOUGH')
    expect(await codeOf(clock.sleep(60_000, controller.signal))).toEqual('ENOUGH')
  },
  'resolves a sleep that ended before the signal aborted': async ({ clock, advance }, expect) => {
    const controller = new AbortController()
    const slept = codeOf(clock.sleep(1, controller.signal))
    await advance(20)
    controller.abort()
    expect(await slept).toEqual('no error')
  },
  'calls back in the async context of the caller': async ({ clock, advance }, expect) => {
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    request.run('asker', () => clock.setTimeout(() => seen.push(request.getStore()), 1))
    await request.run('advancer', () => advance(20))
    expect(seen).toEqual(['asker'])
  },
}

/** Proves that a clock keeps the contract of `Clock`. A real clock takes about a second in all. */
export const clockSuite: Suite<ClockSubject> = defineSuite<ClockSubject>({
  name: 'clockSuite',
  subject: SUBJECT,
  cases: CASES,
})

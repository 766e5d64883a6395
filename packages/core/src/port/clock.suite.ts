import { AsyncLocalStorage } from 'node:async_hooks'
import { CLOCK_KIND, MAX_DELAY_MS, type Clock } from './clock.ts'
import { callable, ofKind, optionTable, required } from '../errors/index.ts'
import { codeOf, declareSuite, type SuiteCase, type SuiteOptions, type SuiteTools } from './suite.ts'

/** What each case of {@link clockSuite} works on. */
export interface ClockSubject {
  readonly clock: Clock
  /** Lets at least so much of the clock's time pass, and everything due happen. */
  readonly advance: (ms: number) => Promise<void>
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/** Proves that a clock keeps the contract of `Clock`. A real clock is waited for, about a second in all. */
export function clockSuite(tools: SuiteTools, options: SuiteOptions<ClockSubject>): void {
  declareSuite(tools, options, {
    name: 'clockSuite',
    below: clockSuite,
    subject: SUBJECT,
    cases: CASES,
  })
}

const SUBJECT = optionTable<ClockSubject>({
  clock: required(ofKind(CLOCK_KIND, 'The clock.')),
  advance: required(callable('Lets time pass.')),
  dispose: callable('Called after each case.'),
})

const CASES: readonly SuiteCase<ClockSubject>[] = [
  {
    name: 'tells whole milliseconds since 1970',
    run: async ({ clock }, expect) => {
      expect(Number.isInteger(clock.now())).toEqual(true)
      expect(clock.now() > Date.UTC(2000, 0, 1)).toEqual(true)
    },
  },
  {
    name: 'moves both of its times on together',
    run: async ({ clock, advance }, expect) => {
      const [now, monotonic] = [clock.now(), clock.monotonic()]
      await advance(30)
      expect(clock.monotonic() - monotonic >= 30).toEqual(true)
      // Wall clocks count whole milliseconds, and may be slewed.
      expect(clock.now() - now >= 28).toEqual(true)
    },
  },
  {
    name: 'never goes back',
    run: async ({ clock, advance }, expect) => {
      const times: number[] = []
      for (let turn = 0; turn < 5; turn++) {
        times.push(clock.monotonic())
        await advance(1)
      }
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    },
  },
  {
    name: 'calls back once, after the delay and not within the call',
    run: async ({ clock, advance }, expect) => {
      const firedAt: number[] = []
      const start = clock.monotonic()
      clock.setTimeout(() => firedAt.push(clock.monotonic() - start), 20)
      expect(firedAt.length).toEqual(0)
      await advance(40)
      await advance(40)
      expect(firedAt.length).toEqual(1)
      expect(firedAt[0]! >= 20).toEqual(true)
    },
  },
  {
    name: 'does not call back what was cancelled, and takes a second cancel',
    run: async ({ clock, advance }, expect) => {
      let fired = 0
      const timer = clock.setTimeout(() => fired++, 10)
      timer.cancel()
      timer.cancel()
      const done = clock.setTimeout(() => fired++, 1)
      await advance(30)
      done.cancel()
      expect(fired).toEqual(1)
    },
  },
  {
    name: 'calls back in the order of the delays',
    run: async ({ clock, advance }, expect) => {
      const order: string[] = []
      clock.setTimeout(() => order.push('late'), 40)
      clock.setTimeout(() => order.push('early'), 1)
      clock.setTimeout(() => order.push('middle'), 20)
      await advance(80)
      expect(order).toEqual(['early', 'middle', 'late'])
    },
  },
  {
    name: 'takes a delay below zero for zero, and waits for one longer than 2^31 ms',
    run: async ({ clock, advance }, expect) => {
      const fired: string[] = []
      clock.setTimeout(() => fired.push('past'), -5)
      const timers = [2 ** 31, MAX_DELAY_MS].map((delayMs) =>
        clock.setTimeout(() => fired.push('far'), delayMs),
      )
      await advance(20)
      expect(fired).toEqual(['past'])
      for (const timer of timers) timer.cancel()
    },
  },
  {
    name: 'refuses delays that are no numbers in range',
    run: async ({ clock }, expect) => {
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
  },
  {
    name: 'sleeps for the delay',
    run: async ({ clock, advance }, expect) => {
      const start = clock.monotonic()
      const slept = clock.sleep(20).then(() => clock.monotonic() - start)
      await advance(40)
      expect((await slept) >= 20).toEqual(true)
    },
  },
  {
    name: 'wakes a sleeper at once when its signal aborts, with the reason',
    run: async ({ clock }, expect) => {
      const controller = new AbortController()
      const slept = codeOf(clock.sleep(60_000, controller.signal))
      controller.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
      expect(await slept).toEqual('ENOUGH')
      expect(await codeOf(clock.sleep(60_000, controller.signal))).toEqual('ENOUGH')
    },
  },
  {
    name: 'ends a sleep well when the signal aborts after it',
    run: async ({ clock, advance }, expect) => {
      const controller = new AbortController()
      const slept = codeOf(clock.sleep(1, controller.signal))
      await advance(20)
      controller.abort()
      expect(await slept).toEqual('no error')
    },
  },
  {
    name: 'calls back in the async context of the one who asked',
    run: async ({ clock, advance }, expect) => {
      const request = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      request.run('asker', () => clock.setTimeout(() => seen.push(request.getStore()), 1))
      await request.run('advancer', () => advance(20))
      expect(seen).toEqual(['asker'])
    },
  },
]

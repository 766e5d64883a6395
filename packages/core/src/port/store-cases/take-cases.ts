import { codeOf, type SuiteCase, type SuiteCases } from '../suite.ts'
import type { StoreQuota, StoreTaken } from '../key-value-store.ts'
import type { StoreSubject } from './store-subject.ts'

type Take = (amount: number, quota?: Partial<StoreQuota>) => Promise<StoreTaken>

/** A case for stores that have `take`; others have nothing to show. */
function taking(
  run: (take: Take, ...rest: Parameters<SuiteCase<StoreSubject>>) => Promise<void>,
): SuiteCase<StoreSubject> {
  return async (subject, expect) => {
    const { store } = subject
    if (store.take === undefined) return
    const take: Take = async (amount, quota) =>
      store.take!('quota', { limit: 7, windowMs: 60_000, amount, ...quota })
    await run(take, subject, expect)
  }
}

/** Quotas, which a store may lack. */
export const TAKE_CASES: SuiteCases<StoreSubject> = {
  'take admits all of an amount or nothing, and says what is left': taking(async (take, _subject, expect) => {
    const shown = async (amount: number, mostMs: number) => {
      const { isTaken, left, resetMs } = await take(amount)
      return [isTaken, left, resetMs > 0 && resetMs <= mostMs]
    }
    expect(await shown(5, 60_000)).toEqual([true, 2, true])
    expect(await shown(3, 60_000)).toEqual([false, 2, true])
    expect(await shown(2, 60_000)).toEqual([true, 0, true])
  }),
  'of many that take at once, exactly those that fit succeed': taking(async (take, _subject, expect) => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => take(1)))
    expect(taken.filter(({ isTaken }) => isTaken).length).toEqual(7)
  }),
  'take gives back by an amount below 0, and never more than was taken': taking(
    async (take, _subject, expect) => {
      await take(7)
      await take(-2)
      expect((await take(2)).isTaken).toEqual(true)
      expect((await take(1)).isTaken).toEqual(false)
      await take(-100)
      expect((await take(7)).isTaken).toEqual(true)
      expect((await take(1)).isTaken).toEqual(false)
    },
  ),
  'take looks at what is left by an amount of 0': taking(async (take, _subject, expect) => {
    const looked = async () => {
      const { isTaken, left } = await take(0)
      return [isTaken, left]
    }
    expect(await looked()).toEqual([true, 7])
    await take(7)
    expect(await looked()).toEqual([true, 0])
  }),
  'a quota that is not used for a window is whole': taking(
    async (take, { advance, ttlUnitMs = 1000 }, expect) => {
      const windowMs = ttlUnitMs * 2
      await take(7, { windowMs })
      await advance(windowMs)
      expect((await take(7, { windowMs })).isTaken).toEqual(true)
    },
  ),
  'who takes at an even rate is always admitted': taking(
    async (take, { advance, ttlUnitMs = 1000 }, expect) => {
      for (let at = 0; at < 4; at++) {
        expect([at, (await take(1, { limit: 1, windowMs: ttlUnitMs })).isTaken]).toEqual([at, true])
        await advance(ttlUnitMs)
      }
    },
  ),
  'what is refused is admitted when resetMs is over': taking(
    async (take, { advance, ttlUnitMs = 1000 }, expect) => {
      const windowMs = ttlUnitMs * 4
      await take(7, { windowMs })
      const { isTaken, resetMs } = await take(2, { windowMs })
      expect([isTaken, resetMs > 0 && resetMs <= windowMs]).toEqual([false, true])
      await advance(resetMs)
      expect((await take(2, { windowMs })).isTaken).toEqual(true)
    },
  ),
  'take refuses numbers out of range': taking(async (take, _subject, expect) => {
    const wrong = [
      { amount: 8 },
      { amount: 0.5 },
      { limit: 0 },
      { limit: 1.5 },
      { windowMs: 0 },
      { windowMs: 1e13 },
    ]
    for (const quota of wrong)
      expect([quota, await codeOf(take(1, quota))]).toEqual([quota, 'ERR_CORE_PORT_ARGUMENT'])
  }),
}

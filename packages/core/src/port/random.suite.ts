import { MAX_RANDOM_BYTES, MAX_RANDOM_INT, RANDOM_KIND, type Random } from './random.ts'
import { callable, ofKind, optionTable, required } from '../errors/index.ts'
import { codeOf, defineSuite, type Suite, type SuiteCases } from './suite.ts'

/** What each case of {@link randomSuite} works on. */
export interface RandomSubject {
  readonly random: Random
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const SUBJECT = optionTable<RandomSubject>({
  random: required(ofKind(RANDOM_KIND, 'The source.')),
  dispose: callable('Called after each case.'),
})

const CASES: SuiteCases<RandomSubject> = {
  'returns the number of bytes asked for, as plain bytes of their own': async ({ random }, expect) => {
    for (const length of [0, 1, 7, 33, 1000, MAX_RANDOM_BYTES]) {
      const bytes = random.bytes(length)
      expect([bytes.byteLength, bytes.buffer.byteLength, Object.prototype.toString.call(bytes)]).toEqual([
        length,
        length,
        '[object Uint8Array]',
      ])
    }
  },
  'returns other bytes each time, with every value of a byte': async ({ random }, expect) => {
    expect(Buffer.compare(random.bytes(16), random.bytes(16)) === 0).toEqual(false)
    expect(new Set(random.bytes(20_000)).size).toEqual(256)
  },
  'draws whole numbers below the bound, each about as often': async ({ random }, expect) => {
    const counts = [0, 0, 0, 0, 0, 0]
    for (let draw = 0; draw < 6000; draw++) counts[random.int(6)]! += 1
    expect(counts.length).toEqual(6)
    // Six sigma around 1000.
    expect(counts.every((count) => count > 820 && count < 1180)).toEqual(true)
  },
  'does not favour small numbers below a large bound': async ({ random }, expect) => {
    const bound = 3 * 2 ** 46
    let low = 0
    for (let draw = 0; draw < 4000; draw++) if (random.int(bound) < bound / 3) low++
    // Plain modulo would put one half of the draws into the lowest third.
    expect(low > 1140 && low < 1530).toEqual(true)
  },
  'draws from the smallest and the largest range': async ({ random }, expect) => {
    expect([random.int(1), random.int(1)]).toEqual([0, 0])
    const drawn = random.int(MAX_RANDOM_INT)
    expect(Number.isInteger(drawn) && drawn >= 0 && drawn < MAX_RANDOM_INT).toEqual(true)
  },
  'makes UUIDs of version 4 that do not repeat': async ({ random }, expect) => {
    const uuids = Array.from({ length: 200 }, () => random.uuid())
    const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(uuids.filter((uuid) => !pattern.test(uuid))).toEqual([])
    expect(new Set(uuids).size).toEqual(200)
  },
  'refuses lengths and bounds out of range': async ({ random }, expect) => {
    const bytes = [-1, 1.5, Number.NaN, MAX_RANDOM_BYTES + 1, '1' as never]
    const bounds = [0, -1, 1.5, Number.NaN, MAX_RANDOM_INT + 1, Infinity, '1' as never]
    for (const length of bytes) {
      expect([length, await codeOf(call(() => random.bytes(length)))]).toEqual([
        length,
        'ERR_CORE_PORT_ARGUMENT',
      ])
    }
    for (const below of bounds) {
      expect([below, await codeOf(call(() => random.int(below)))]).toEqual([below, 'ERR_CORE_PORT_ARGUMENT'])
    }
  },
}

/** Proves that a source keeps the contract of `Random`. The odds that a good source fails a case are below 1 to 10^9. */
export const randomSuite: Suite<RandomSubject> = defineSuite<RandomSubject>({
  name: 'randomSuite',
  subject: SUBJECT,
  cases: CASES,
})

async function call(run: () => unknown): Promise<unknown> {
  return run()
}

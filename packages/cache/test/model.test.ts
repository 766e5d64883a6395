// The cache against a model: random operations of two processes over one store, with a clock that jumps, a store that evicts and fails, and a
// bus that loses and repeats.
import fc from 'fast-check'
import { it } from 'vitest'
import { KEYS, play, TAGS, World, type Step } from './model-world.ts'
import { turns } from './support.ts'

const at = fc.nat({ max: 1 })
const key = fc.constantFrom(...KEYS)
const single: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      at,
      key,
      isOwn: fc.boolean(),
      isSlow: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), at, tag: fc.constantFrom(...TAGS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('set' as const), at, key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('evict' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 60, 150, 700, 2_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('bus' as const), loses: fc.boolean(), repeats: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const), isGone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const) }) },
)

/** What single steps rarely make up: something happens while a value is computed, and then it is read. */
const race: fc.Arbitrary<Step[]> = fc
  .record({
    loses: fc.boolean(),
    reader: at,
    writer: at,
    next: at,
    name: key,
    isOwn: fc.boolean(),
    ms: fc.constantFrom(0, 150, 2_000),
    meanwhile: fc.array(single, { maxLength: 2 }),
    isEvicted: fc.boolean(),
  })
  .map(({ loses, reader, writer, next, name, isOwn, ms, meanwhile, isEvicted }) => {
    const tag = isOwn && name === 'b' ? TAGS[1] : TAGS[0]
    const evict: Step[] = isEvicted ? [{ kind: 'evict', which: tag === TAGS[0] ? 1 : 2 }] : []
    return [
      { kind: 'store', isGone: false },
      { kind: 'advance', ms: 2_000 },
      { kind: 'bus', loses, repeats: false },
      { kind: 'read', at: reader, key: name, isOwn, isSlow: true },
      { kind: 'write', at: writer, tag },
      ...meanwhile,
      ...evict,
      { kind: 'advance', ms },
      { kind: 'finish', which: -1 },
      { kind: 'read', at: next, key: name, isOwn, isSlow: false },
    ]
  })

const steps: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: single.map((one) => [one]) }, { weight: 1, arbitrary: race }), {
    minLength: 5,
    maxLength: 40,
  })
  .map((all) => all.flat())

it(
  'no process serves what was invalidated, but for the stated bound, whatever happens',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const world = new World()
        await turns(2)
        for (const step of all) await play(world, step)
        await world.end()
      }),
      {
        numRuns: Number(process.env['CACHE_MODEL_RUNS'] ?? 60),
        seed: Number(process.env['CACHE_MODEL_SEED'] ?? 17),
      },
    )
  },
)

// Another process writes or deletes a key between any two steps of storing a value that was computed before.
import { describe, expect, it } from 'vitest'
import { createCache, type Namespace } from '../src/index.ts'
import { SteppingStore } from './stepping-store.ts'

type Texts = Namespace<string>

function setUp(canCompare: boolean) {
  const steps = new SteppingStore()
  steps.canCompare = canCompare
  const texts = [0, 1, 2].map(() =>
    createCache({
      shared: { store: steps.store },
      memoryTtlMs: 0,
      compressAboveBytes: 8,
    }).namespace<string>('texts', { ttlMs: 600_000, graceMs: 600_000, tags: ['t'] }),
  )
  return { steps, texts: texts as [Texts, Texts, Texts] }
}

const OLD = 'old '.repeat(100)

/** What happens meanwhile, and what is there afterwards. */
const CHANGES = [
  ['delete', (texts: Texts) => texts.delete('k'), undefined],
  ['set', (texts: Texts) => texts.set('k', 'new'), 'new'],
  ['set of what is not stored', (texts: Texts) => texts.set('k', undefined as never), undefined],
  ['set and delete', (texts: Texts) => texts.set('k', 'new').then(() => texts.delete('k')), undefined],
] as const

/** Lets it happen after each step in turn. @returns for each of them whether what was computed is not there */
async function isRightAfterEach(
  canCompare: boolean,
  isThere: boolean,
  [, change, right]: (typeof CHANGES)[number],
): Promise<readonly boolean[]> {
  const answers: boolean[] = []
  for (;;) {
    const { steps, texts } = setUp(canCompare)
    const [computes, changes, reads] = texts
    let happening: Promise<void> | undefined
    let left = answers.length + 1
    const factory = (): string => {
      steps.onStep = async () => {
        if (--left > 0) return
        steps.onStep = () => {}
        happening = change(changes)
        await happening
      }
      return OLD
    }
    if (isThere) {
      await changes.set('k', 'stale')
      await changes.clear()
    }
    expect(await computes.getOrSet('k', factory)).toBe(OLD)
    steps.onStep = () => {}
    await happening
    const seen = await reads.get('k')
    answers.push(seen === (happening === undefined ? OLD : right))
    if (happening === undefined) return answers
  }
}

describe('a value that was computed before another process changed its key', () => {
  for (const change of CHANGES)
    it.each([true, false])(`is not stored: ${change[0]}, a value was there: %s`, async (isThere) => {
      const answers = await isRightAfterEach(true, isThere, change)
      expect(answers.length).toBeGreaterThan(4)
      expect(answers).not.toContain(false)
    })

  it('is stored over it by a store that cannot compare and set, from its last look at the lock to its write alone', async () => {
    for (const change of CHANGES) {
      const answers = await isRightAfterEach(false, false, change)
      expect(answers.filter((isRight) => !isRight)).toHaveLength(1)
    }
  })

  it('is stored when what was there before has ended meanwhile', async () => {
    const { steps, texts } = setUp(true)
    const [computes, , reads] = texts
    await computes.delete('k')
    await computes.getOrSet('k', async () => {
      await steps.inner.delete('cache:v:texts:k')
      return OLD
    })
    expect(await reads.get('k')).toBe(OLD)
  })

  it('is deleted also when the store is full and takes no mark', async () => {
    const { steps, texts } = setUp(true)
    const [one, , reads] = texts
    await one.set('k', OLD)
    steps.refuses = (key) => key.startsWith('cache:v:')
    await one.delete('k')
    expect(await reads.get('k')).toBeUndefined()
    expect(await steps.inner.get('cache:v:texts:k')).toBeUndefined()
  })
})

// An invalidation of another process between any two steps of the store: what was computed before is not stored as new.
import { describe, expect, it } from 'vitest'
import { createCache, type Cache, type Namespace } from '../src/index.ts'
import { SteppingStore } from './stepping-store.ts'
import { deferred } from './support.ts'

interface Row {
  readonly value: string
  readonly tags: readonly string[]
}

function setUp() {
  const steps = new SteppingStore()
  const processes = [0, 1, 2].map(() => createCache({ shared: { store: steps.store }, memoryTtlMs: 0 }))
  const rows = processes.map((cache) =>
    cache.namespace<Row>('rows', { ttlMs: 600_000, graceMs: 600_000, tags: ({ tags }) => tags }),
  )
  return {
    steps,
    invalidates: processes[1] as Cache,
    rows: rows as [Namespace<Row>, Namespace<Row>, Namespace<Row>],
  }
}

describe('a value whose tags only it tells, and an invalidation by another process', () => {
  it.each([
    { isSoft: false, isThere: true },
    { isSoft: false, isThere: false },
    { isSoft: true, isThere: true },
  ])('that is half done when the value is stored: %o', async ({ isSoft, isThere }) => {
    for (let at = 1; at <= 4; at++) {
      const { steps, invalidates, rows } = setUp()
      const [computes, , reads] = rows
      if (isThere) await rows[1].set('seed', { value: 'seed', tags: ['t'] })
      const [begun, go] = [deferred(), deferred()]
      const reading = computes.getOrSet('k', async () => {
        begun.resolve()
        await go.promise
        return { value: 'old', tags: ['t'] }
      })
      await begun.promise
      let count = 0
      steps.onStep = async () => {
        if (++count !== at) return
        go.resolve()
        await reading
      }
      await invalidates.invalidate('t', { isSoft })
      steps.onStep = () => {}
      go.resolve()
      expect((await reading).value).toBe('old')
      expect(await reads.get('k'), `after step ${at}`).toBeUndefined()
      expect(await reads.getOrSet('k', () => ({ value: 'new', tags: ['t'] }))).toMatchObject({ value: 'new' })
    }
  })

  it.each([false, true])(
    'that happens at any step of storing it, batches reversed: %s',
    async (isReversed) => {
      for (const isThere of [true, false]) {
        let happening: Promise<void> | undefined = Promise.resolve()
        let at = 0
        while (happening !== undefined) {
          const { steps, invalidates, rows } = setUp()
          const [computes, , reads] = rows
          if (isThere) await rows[1].set('seed', { value: 'seed', tags: ['t'] })
          happening = undefined
          let left = ++at
          const read = await computes.getOrSet('k', () => {
            steps.isReversed = isReversed
            steps.onStep = async () => {
              if (--left > 0) return
              steps.onStep = () => {}
              happening = invalidates.invalidate('t')
              await happening
            }
            return { value: 'old', tags: ['t'] }
          })
          expect(read.value).toBe('old')
          steps.onStep = () => {}
          // It may have begun when nobody waited for it.
          await happening
          const seen = await reads.get('k')
          expect(seen?.value, `after step ${at}, stamp there: ${isThere}`).toBe(
            happening === undefined ? 'old' : undefined,
          )
        }
        // Stamps, the mark, the value, and the lock at least.
        expect(at).toBeGreaterThan(4)
      }
    },
  )
})

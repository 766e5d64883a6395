import { createTransactionScope, runInTransaction } from '@keelson/core/frames'
import { describe, expect, it } from 'vitest'
import type { Cache } from '../src/index.ts'
import { fleet, turns } from './support.ts'

const OPTIONS = { ttlMs: 60_000 }
const KEYS = ['a', 'b', 'c']

const numbersOf = (made: Cache) => made.namespace<number>('numbers', OPTIONS)
const othersOf = (made: Cache) => made.namespace<number>('others', OPTIONS)

/** Two processes that have the same values. */
async function setUp() {
  const kit = fleet()
  const [here, there] = [kit.join(), kit.join()]
  for (const namespace of [numbersOf(here), othersOf(here)])
    await namespace.setMany(KEYS.map((key) => ({ key, value: 1 })))
  // Who has just begun to listen forgets what there is.
  await turns(5)
  for (const made of [here, there])
    for (const namespace of [numbersOf(made), othersOf(made)]) await namespace.getMany(KEYS)
  kit.store.calls.length = 0
  return { ...kit, here, there }
}

describe('deleteMany of a namespace', () => {
  it('deletes in all processes, in as many calls of the store as one key takes', async () => {
    const { here, there, store } = await setUp()
    await numbersOf(here).delete('a')
    const calls = store.calls.splice(0)
    await numbersOf(here).deleteMany(['b', 'c', 'b'])
    expect(store.calls).toEqual(calls)
    for (const made of [here, there]) {
      expect(await numbersOf(made).getMany(KEYS)).toEqual([undefined, undefined, undefined])
      expect(await othersOf(made).getMany(KEYS)).toEqual([1, 1, 1])
    }
  })

  it('asks nothing of the store for no keys', async () => {
    const { here, store } = await setUp()
    await numbersOf(here).deleteMany([])
    expect(store.calls).toEqual([])
  })

  it('refuses what is not a list of keys', async () => {
    const { here } = await setUp()
    await expect(numbersOf(here).deleteMany('a' as never)).rejects.toThrow(
      'numbers.deleteMany: Give a list of keys',
    )
  })
})

describe('deleteMany of a cache', () => {
  it('deletes of several namespaces in all processes, in as many calls as one key takes', async () => {
    const { here, there, store } = await setUp()
    await numbersOf(here).delete('c')
    const calls = store.calls.splice(0)
    await here.deleteMany([
      { namespace: numbersOf(here), key: 'a' },
      { namespace: othersOf(here), key: 'b' },
    ])
    expect(store.calls).toEqual(calls)
    for (const made of [here, there]) {
      expect(await numbersOf(made).getMany(KEYS)).toEqual([undefined, 1, undefined])
      expect(await othersOf(made).getMany(KEYS)).toEqual([1, undefined, 1])
    }
  })

  it('within a transaction deletes after its commit, and until then it passes these keys by', async () => {
    const { here } = await setUp()
    const [numbers, others] = [numbersOf(here), othersOf(here)]
    const onError = (error: unknown): never => {
      throw error
    }
    const scope = createTransactionScope({ name: 'db', onError })
    await runInTransaction(scope, async () => {
      await here.deleteMany([{ namespace: numbers, key: 'a' }])
      await others.deleteMany(['b'])
      expect([numbers.peek('a'), numbers.peek('b'), others.peek('b')]).toEqual([undefined, 1, undefined])
    })
    expect([numbers.peek('a'), others.peek('b')]).toEqual([1, 1])
    await scope.committed()
    expect([numbers.peek('a'), numbers.peek('b'), others.peek('b')]).toEqual([undefined, 1, undefined])
  })

  it('of two calls that name their keys in another order ends both', async () => {
    const { here, store } = await setUp()
    const [numbers, others] = [numbersOf(here), othersOf(here)]
    const first = { namespace: numbers, key: 'a' }
    const second = { namespace: others, key: 'a' }
    await Promise.all([
      numbers.set('a', 2),
      here.deleteMany([first, second]),
      here.deleteMany([second, first]),
    ])
    expect(await numbers.get('a')).toBeUndefined()
    expect(store.calls.length).toBeGreaterThan(0)
  })

  it('refuses a namespace of another cache, and what is none', async () => {
    const { here, there } = await setUp()
    for (const namespace of [numbersOf(there), { name: 'numbers' }, undefined])
      await expect(here.deleteMany([{ namespace, key: 'a' } as never])).rejects.toThrow(
        'is not a namespace of this cache',
      )
    await expect(here.deleteMany({} as never)).rejects.toThrow(
      'deleteMany: Give a list of { namespace, key }',
    )
    expect(numbersOf(here).peek('a')).toBe(1)
  })
})

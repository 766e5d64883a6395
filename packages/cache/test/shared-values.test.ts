// No reader changes what another one gets.
import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { createCache } from '../src/index.ts'
import { fleet } from './support.ts'

const v8 = { serialize, deserialize: (bytes: Uint8Array): unknown => deserialize(bytes) }
interface Rich {
  readonly at: Date
  readonly map: Map<string, number>
  readonly bytes: Uint8Array
}
const rich = (): Rich => ({ at: new Date(0), map: new Map([['a', 1]]), bytes: new Uint8Array([1]) })

function change(value: unknown): void {
  const { at, map, bytes } = value as Rich
  at.setFullYear(1999)
  map.set('b', 2)
  bytes[0] = 9
}

describe('a value of a serializer', () => {
  it.each(['in memory alone', 'above a store'])('is a copy for each reader, %s', async (where) => {
    const kept =
      where === 'above a store' ? fleet().join({ serializer: v8 }) : createCache({ serializer: v8 })
    const values = kept.namespace<object>('values', { ttlMs: 60_000 })
    const made = rich()
    change(await values.getOrSet('made', () => made))
    change(await values.getOrSet('made', rich))
    change(values.peek('made'))
    expect(await values.get('made')).toEqual(rich())
    await values.set('set', rich())
    change(await values.get('set'))
    expect(await values.get('set')).toEqual(rich())
  })

  it('may refer to itself, also where all share it', async () => {
    const own: { name: string; self?: unknown } = { name: 'own' }
    own.self = own
    for (const reads of ['copied', 'frozen'] as const) {
      await using kept = createCache()
      const values = kept.namespace<object>('values', {
        ttlMs: 60_000,
        serializer: v8,
        reads: reads as 'copied',
      })
      expect(await values.getOrSet('own', () => own)).toMatchObject({ name: 'own' })
      expect(Object.isFrozen(values.peek('own'))).toBe(reads === 'frozen')
    }
  })
})

describe('what JSON does not write is refused', () => {
  const values = createCache().namespace<unknown>('values', { ttlMs: 60_000 })
  it.each<readonly [string, unknown, string]>([
    [
      'a symbol',
      { list: [{ [Symbol('x')]: { y: 1 } }] },
      "What is at /list/0 in a value of 'values' has members",
    ],
    ['a member that is not enumerable', Object.defineProperty({}, 'x', { value: {} }), 'A value of'],
    [
      'a getter',
      {
        get now() {
          return 1
        },
      },
      'a getter, a symbol',
    ],
    ['a name on a list', Object.assign([1], { x: {} }), 'a name on a list'],
    ['a name on a list with a hole', Object.assign(Array.from({ length: 1 }), { x: 1 }), 'values'],
  ])('%s', async (_what, value, part) => {
    await expect(values.getOrSet('a', () => value as never)).rejects.toThrow(part)
    await expect(values.set('a', value as never)).rejects.toThrow(part)
  })
})

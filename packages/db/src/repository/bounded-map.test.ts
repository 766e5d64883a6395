import { expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

it('a bounded map makes each value once, and forgets the oldest', () => {
  const map = new BoundedMap<string>(2)
  const made: string[] = []
  const get = (key: string): string =>
    map.get(key, () => {
      made.push(key)
      return key.toUpperCase()
    })
  expect(['a', 'b', 'a', 'b', 'c', 'b', 'a'].map(get)).toEqual(['A', 'B', 'A', 'B', 'C', 'B', 'A'])
  expect(made).toEqual(['a', 'b', 'c', 'a'])
})

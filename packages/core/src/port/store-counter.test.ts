import { describe, expect, it } from 'vitest'
import { StoreCounterError } from './port-error.ts'
import { addToCounter } from './store-counter.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const stepOf = (...given: Parameters<typeof addToCounter>) => {
  const { sum, next } = addToCounter(...given)
  return [sum, next && Buffer.from(next).toString()]
}

describe('addToCounter', () => {
  it.each([
    ['begins with 0', stepOf(undefined, 3), [3, '3']],
    ['goes on from what is stored', stepOf(bytes('40'), 2), [42, '42']],
    ['comes to its maximum', stepOf(bytes('98'), 2, 100), [100, '100']],
    ['stores nothing that passes its maximum', stepOf(bytes('99'), 2, 100), [101, undefined]],
    ['goes down, though it is above its maximum', stepOf(bytes('150'), -5, 100), [145, '145']],
  ])('%s', (_, step, expected) => {
    expect(step).toEqual(expected)
  })

  it.each([
    ['a value that is not a whole number', 'x', 1],
    ['an empty value', '', 1],
    ['a value beyond safe integers', '9007199254740993', 1],
    ['a sum beyond them', '9007199254740991', 1],
  ])('refuses %s', (_, value, by) => {
    expect(() => addToCounter(bytes(value), by)).toThrow(StoreCounterError)
  })
})

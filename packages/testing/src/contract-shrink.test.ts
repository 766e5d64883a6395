import { describe, expect, it } from 'vitest'
import type { ContractCase } from './contract-shape.ts'
import { smallerCases } from './contract-shrink.ts'

const empty: ContractCase = {
  params: undefined,
  query: undefined,
  headers: undefined,
  cookies: undefined,
  body: undefined,
  format: 0,
  raw: undefined,
  isArranged: false,
  isAnonymous: false,
  isHead: false,
}
/** What is tried in place of a body, in order. */
const smaller = (body: unknown): unknown[] => [...smallerCases({ ...empty, body })].map((one) => one.body)

describe('smaller cases', () => {
  it('are none of a case that has nothing', () => {
    expect([...smallerCases(empty)]).toEqual([])
  })

  it('change one place each, and try GET first', () => {
    const cases = [...smallerCases({ ...empty, isHead: true, params: 1, body: 'a' })]
    expect(cases).toEqual([
      { ...empty, params: 1, body: 'a' },
      { ...empty, isHead: true, params: 0, body: 'a' },
      { ...empty, isHead: true, params: 1, body: '' },
    ])
  })

  it.each([
    [0, []],
    [2, [0, 1]],
    [-2, [2, 0, -1]],
    [1000, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 500, 900, 990, 999]],
    [1.5, [0, 1]],
    ['', []],
    ['b', ['', 'a']],
    ['xyz', ['', 'x', 'yz', 'xy', 'aaa']],
    // Letters are not torn apart.
    ['😀😀', ['', '😀', '😀', '😀', 'aa']],
    [true, []],
    [null, []],
  ])('of %j are %j', (value, cases) => {
    expect(smaller(value)).toEqual(cases)
  })

  it('of a list are its halves, what is in it, and it with one element less or smaller', () => {
    expect(smaller([1, [0]])).toEqual([[0], [[0]], [0, [0]], [1], [1, []]])
    expect(smaller([0, 0, 0, 0])[0]).toEqual([0, 0])
  })

  it('of an object lose members before those are made smaller', () => {
    expect(smaller({ a: 1, b: {} })).toEqual([{}, { b: {} }, { a: 1 }, { a: 0, b: {} }])
  })
})

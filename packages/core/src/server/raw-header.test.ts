import { describe, expect, it } from 'vitest'
import { rawHeader } from './raw-header.ts'

const RAW = [
  ...['Host', 'a', 'X-One', '1', 'x-one', '2', 'Cookie', 'a=1', 'COOKIE', 'b=2', 'Accept', ''],
  ...['x-onf', 'another of the same length'],
]

describe('a header of the flat list', () => {
  it.each([
    ['host', 'a'],
    ['accept', ''],
    ['x-onf', 'another of the same length'],
    ['x-two', undefined],
    ['toString', undefined],
  ])('is found whatever the case of its name: %s', (name, value) => {
    expect(rawHeader(RAW, name)).toBe(value)
    expect(rawHeader(RAW, name.toUpperCase())).toBe(value)
  })

  it('has its lines joined', () => {
    expect(rawHeader(RAW, 'x-one')).toBe('1, 2')
    expect(rawHeader(RAW, 'cookie')).toBe('a=1; b=2')
  })
})

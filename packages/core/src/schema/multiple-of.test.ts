import { describe, expect, it } from 'vitest'
import { isMultipleOf } from './multiple-of.ts'

describe('isMultipleOf', () => {
  it.each([
    [19.99, 0.01],
    [4.35, 0.01],
    [0.3, 0.1],
    [1999999.99, 0.01],
    [0.0075, 0.0001],
    [6, 3],
    [0, 5],
    [-19.99, 0.01],
    [1e21, 1],
    [2.5, 0.5],
    [5, 2.5],
    [1e-7, 1e-7],
    [3e-7, 1e-7],
  ])('%d is a multiple of %d', (value, divisor) => {
    expect(isMultipleOf(value, divisor)).toBe(true)
  })

  it.each([
    [19.995, 0.01],
    [7, 3],
    [0.00751, 0.0001],
    [1e-7, 1],
    [1.1, 1],
    [1, 0.3],
    [5, 1.5],
    [0.35, 0.1],
    [Infinity, 0.5],
    [Number.NaN, 1],
  ])('%d is no multiple of %d', (value, divisor) => {
    expect(isMultipleOf(value, divisor)).toBe(false)
  })
})

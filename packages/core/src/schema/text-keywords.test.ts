import { describe, expect, it } from 'vitest'
import { ValidationError } from '../errors/index.ts'
import { compileInput, t } from './index.ts'
import { countCodePoints } from './text-keywords.ts'

const EMOJI = '😀'
const HIGH = '\ud83d'
const LOW = '\ude00'

interface Bounds {
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
}

/** Messages of what a text violates. */
function violations(bounds: Bounds, text: string): string[] {
  try {
    compileInput(t.String(bounds), 'body').parse(text)
  } catch (error) {
    if (ValidationError.is(error)) return error.violations.map((one) => one.message)
    throw error
  }
  return []
}

/** Texts of exactly so many code points, made in every way. */
function textsOf(points: number): string[] {
  const units = ['a', 'é', EMOJI, HIGH, LOW, '\u0000', '\uffff']
  const uniform = units.map((unit) =>
    unit === HIGH || unit === LOW ? `${unit}-`.repeat(points) : unit.repeat(points),
  )
  const mixed = Array.from({ length: points }, (_, i) => (i % 2 === 0 ? EMOJI : 'a')).join('')
  return [...uniform.map((text) => Array.from(text).slice(0, points).join('')), mixed]
}

describe('the length of a text', () => {
  it.each([0, 1, 2, 3, 7, 64])('is held to a limit of %d code points from both sides', (limit) => {
    for (const points of [0, 1, limit - 1, limit, limit + 1, 2 * limit - 1, 2 * limit, 2 * limit + 1]) {
      if (points < 0) continue
      for (const text of textsOf(points)) {
        const above = points > limit ? [`must NOT have more than ${limit} characters`] : []
        const below = points < limit ? [`must NOT have fewer than ${limit} characters`] : []
        expect(violations({ maxLength: limit }, text)).toEqual(above)
        expect(violations({ minLength: limit }, text)).toEqual(below)
        expect(violations({ minLength: limit, maxLength: limit }, text)).toEqual([...above, ...below])
      }
    }
  })

  it('counts as the string iterator does, lone surrogates as one each', () => {
    for (const text of [
      '',
      'a',
      EMOJI,
      HIGH,
      LOW,
      HIGH + HIGH + LOW,
      LOW + HIGH,
      HIGH + LOW + LOW,
      `a${EMOJI}b`,
    ])
      expect(countCodePoints(text)).toBe(Array.from(text).length)
  })

  it('is told instead of the pattern, since it bounds what the pattern costs', () => {
    const bounds = { maxLength: 2, minLength: 1, pattern: '^a*$' }
    expect(violations(bounds, 'abab')).toEqual(['must NOT have more than 2 characters'])
    expect(violations(bounds, 'ab')).toEqual(['must match pattern "^a*$"'])
  })

  it('tells the pattern of a text that is not blank in words', () => {
    expect(violations({ minLength: 1, pattern: '\\S' }, ' \t')).toEqual(['must not be blank'])
  })
})

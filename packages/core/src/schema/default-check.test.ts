import { afterEach, describe, expect, it, vi } from 'vitest'
import { compileInput, t } from './index.ts'

afterEach(() => vi.restoreAllMocks())

/** How many functions are generated at set-up. */
function generated(list: object): number {
  const made = vi.spyOn(globalThis, 'Function')
  compileInput(t.Object({ list: t.Array(t.String({ minLength: 1 }), { maxItems: 3, ...list }) }), 'body')
  const { length } = made.mock.calls
  made.mockRestore()
  return length
}

describe('a list as a default', () => {
  it('generates no validator at set-up where it certainly matches', () => {
    // The first finds out once whether code may be generated.
    generated({})
    expect(generated({ default: [] })).toBe(0)
    expect(generated({ default: ['a', 'b'] })).toBe(0)
    // What only a validator can say is asked of one.
    expect(generated({ default: ['a'], uniqueItems: true })).toBeGreaterThan(0)
  })

  const wrong = {
    'shorter than minItems': t.Array(t.String(), { minItems: 1, default: [] }),
    'longer than maxItems': t.Array(t.Integer(), { maxItems: 2, default: [1, 2, 3] }),
    'with an item of another type': t.Array(t.Integer(), { default: [1, 'a'] }),
    'with an item outside of its bounds': t.Array(t.String({ minLength: 1 }), { default: ['a', ''] }),
    'with a list inside that is too short': t.Array(t.Array(t.Integer(), { minItems: 1 }), { default: [[]] }),
    'with an item twice': t.Array(t.Integer(), { uniqueItems: true, default: [1, 1] }),
    'for a text': t.Unsafe<string>({ type: 'string', default: [] }),
  }
  for (const [name, list] of Object.entries(wrong))
    it(`stops the start: ${name}`, () => {
      expect(() => compileInput(t.Object({ list }), 'body')).toThrow(/default/)
    })
})

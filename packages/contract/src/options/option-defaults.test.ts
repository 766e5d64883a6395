import { describe, expect, it } from 'vitest'
import { flag, integer, optionTable, text, withDefaults } from './index.ts'

interface Options {
  readonly times?: number | undefined
  readonly isLoud?: boolean | undefined
  readonly name?: string | undefined
}
const TABLE = optionTable<Options>({
  times: integer('How often.', { default: 3 }),
  isLoud: flag('How loud.', { default: false }),
  name: text('Who.'),
})

describe('withDefaults', () => {
  it('fills in what was not given, or given as undefined, and has every name of the table', () => {
    expect(withDefaults(TABLE, { times: undefined, isLoud: true })).toEqual({ times: 3, isLoud: true })
    expect(Object.keys(withDefaults(TABLE, {}))).toEqual(['times', 'isLoud', 'name'])
  })

  it('keeps what was given, also where it is nothing', () => {
    expect(withDefaults(TABLE, { times: 0, name: '' })).toEqual({ times: 0, isLoud: false, name: '' })
  })
})

import { expect, it } from 'vitest'
import { tellChange } from '../../src/diff/tell-change.ts'

it.each([
  ['', 'strict', "table notes becomes 'strict'"],
  ['strict', '', "table notes becomes one without options, from 'strict'"],
  ['strict', 'without rowid', "table notes becomes 'without rowid', from 'strict'"],
])('what follows a table is told where it is: from %j to %j', (from, to, told) => {
  expect(tellChange({ kind: 'alter storage', table: 'notes', from, to })).toBe(told)
})

import { describe, expect, it } from 'vitest'
import { callsOnlyKnown } from './known-calls.ts'
import { tokensOf } from './tokens.ts'

const calls = (text: string, system: 'postgresql' | 'mariadb' | 'sqlite' = 'postgresql'): boolean =>
  callsOnlyKnown(tokensOf(text, { system }), { system })

describe('callsOnlyKnown', () => {
  it.each([
    'select 1',
    '(select 1) union (select 2)',
    'select count(*), coalesce(sum(a), 0) from t where (a in (1, 2) or b = any ($1)) and exists (select 1)',
    'with x as (select 1), y as materialized (select 2) select * from x join lateral (select 1) z on (true)',
    'select row_number() over (partition by a), cast(a as numeric(10, 2)), now() - interval (1) from t',
  ])('is true of what only computes: %s', (text) => {
    expect(calls(text)).toBe(true)
    expect(calls(text, 'mariadb')).toBe(true)
  })

  it.each([
    'select charge(1)',
    'select count(charge(a)) from t',
    'select * from charges(1)',
    'select shop.count(1)',
    'select "count"(1)',
    'select shop . "count" (1)',
  ])('is false of what anybody may have written: %s', (text) => {
    expect(calls(text)).toBe(false)
    expect(calls(text, 'sqlite')).toBe(true)
  })
})

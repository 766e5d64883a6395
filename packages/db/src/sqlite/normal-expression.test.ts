import { describe, expect, it } from 'vitest'
import { normalExpression } from './normal-expression.ts'
import { parseTable } from './parse-table.ts'
import { sqlTokens } from './sql-tokens.ts'

const normal = (text: string): string =>
  normalExpression(sqlTokens(text), ['status', 'camelCase', 'end', 'a'])

describe('expressions of SQLite', () => {
  it('are one text for one meaning', () => {
    for (const text of [
      `"status" in ('open','closed') and length("status") <= 6`,
      `(([Status] IN ( 'open', 'closed' ) AND LENGTH(\`status\`)<=6)) -- why`,
      `status in("open", /* or */ 'closed') and Length(STATUS) <=6`,
    ])
      expect(normal(text)).toBe(`"status" in ('open', 'closed') and length("status") <= 6`)
    expect(normal('camelcase == -1 or a != 0X1F')).toBe('"camelCase" = -1 or "a" <> 0x1f')
    expect(normal('case when a is null then \')\' else "end" end')).toBe(
      `case when "a" is null then ')' else "end" end`,
    )
  })

  it('keep apart what is not the same', () => {
    expect(normal('(a) or (status)')).toBe('("a") or ("status")')
    expect(normal("status = 'A'")).not.toBe(normal("status = 'a'"))
    expect(normal("status = 'a' -- ' or 1")).toBe(`"status" = 'a'`)
  })
})

describe('the text of a table', () => {
  it('is read to its end, whatever it is', () => {
    for (const text of [
      '',
      'create table t',
      'create table t (',
      'create table t (a check (a > (1)',
      'create table t (a, references, "unique" int, [check] text)',
      "create table t (a default 'x)' check (a <> '),('), b)",
    ])
      expect(() => parseTable(text)).not.toThrow()
    const parsed = parseTable(
      `create table "a (b" (key text, action int check (action > 0) check (action < 9), "check" text, constraint x check (key <> ')') constraint y foreign key (key) references t)`,
    )
    expect(parsed.columns.map(({ name, type }) => [name, type])).toEqual([
      ['key', 'text'],
      ['action', 'int'],
      ['check', 'text'],
    ])
    expect(parsed.checks.map(({ name }) => name)).toEqual([undefined, undefined, 'x'])
    expect(parsed.references).toEqual([{ name: 'y', isDeferrable: false }])
  })
})

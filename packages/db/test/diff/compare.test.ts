import { describe, expect, it } from 'vitest'
import type { Change, ColumnReading, DatabaseDescription, TableDescription } from '../../src/adapter/index.ts'
import { compare } from '../../src/diff/compare.ts'
import { constraintRenames } from '../../src/diff/constraint-names.ts'
import { dropProblems, requiredProblems } from '../../src/diff/refused-changes.ts'
import { column, databaseOf, described } from './described.ts'

const READS_ALL = { kind: 'integer', limits: {}, isCaseInsensitive: false } as ColumnReading

function changes(
  from: DatabaseDescription,
  to: DatabaseDescription,
  ignored: readonly string[] = [],
): Change[] {
  return compare(from, to, {
    readingOf: ({ type }) => (type === 'tsvector' ? undefined : READS_ALL),
    isIgnored: (table, at) => ignored.includes(at === undefined ? table : `${table}.${at}`),
  })
}

function ofTable(from: TableDescription, to: TableDescription): Change[] {
  return changes(databaseOf(from), databaseOf(to))
}

const kinds = (found: readonly Change[]): string[] => found.map(({ kind }) => kind)
const byName = (...names: string[]): { name: string; order: 'asc' }[] =>
  names.map((name) => ({ name, order: 'asc' }))

describe('what differs between two descriptions', () => {
  it('finds nothing between two that are the same but for names of constraints and the order of columns', () => {
    const parts = (prefix: string): Partial<TableDescription> => ({
      primary: { name: `${prefix}_pk`, columns: ['id'] },
      indexes: [{ name: `${prefix}_i`, columns: byName('a'), isUnique: true, isConstraint: prefix === 'x' }],
      checks: [{ name: `${prefix}_c`, expression: 'a > 0', column: undefined }],
      references: [
        {
          name: `${prefix}_f`,
          column: 'a',
          toTable: 't',
          toColumn: 'id',
          onDelete: 'restrict',
          onUpdate: 'no action',
          isValid: true,
        },
      ],
    })
    expect(ofTable(described('t', ['id', 'a'], parts('x')), described('t', ['a', 'id'], parts('y')))).toEqual(
      [],
    )
  })

  it('takes no notice of where an index has null, for a column that cannot be null', () => {
    const indexed = (isNullable: boolean, order: 'asc' | 'asc nulls last'): TableDescription =>
      described('t', [column('a', { isNullable })], {
        indexes: [{ name: 'i', columns: [{ name: 'a', order }], isUnique: false, isConstraint: false }],
      })
    expect(ofTable(indexed(false, 'asc nulls last'), indexed(false, 'asc'))).toEqual([])
    expect(kinds(ofTable(indexed(true, 'asc nulls last'), indexed(true, 'asc')))).toEqual([
      'drop index',
      'add index',
    ])
    expect(kinds(ofTable(indexed(false, 'asc nulls last'), indexed(true, 'asc')))).toEqual([
      'alter column',
      'drop index',
      'add index',
    ])
  })

  it('finds another list of values of a type with the same name', () => {
    const mood = (...values: string[]): TableDescription =>
      described('t', [column('a', { type: 'mood', values })])
    expect(ofTable(mood('a', 'b'), mood('a', 'b'))).toEqual([])
    expect(kinds(ofTable(mood('a', 'b'), mood('a', 'b', 'c')))).toEqual(['alter column'])
  })

  it('adds, alters and drops columns', () => {
    const found = ofTable(
      described('t', [column('a'), column('b')]),
      described('t', [column('a', { isNullable: false }), column('c', { type: 'text' })]),
    )
    expect(kinds(found)).toEqual(['alter column', 'add column', 'drop column'])
  })

  it('compares defaults by their values, then by their texts', () => {
    const of = (text: string, value?: string): TableDescription =>
      described('t', [column('a', { default: { text, value } })])
    expect(ofTable(of("'0'::numeric", '0'), of('0', '0'))).toEqual([])
    expect(ofTable(of('now()'), of('now()'))).toEqual([])
    expect(kinds(ofTable(of('0', '0'), of('1', '1')))).toEqual(['alter column'])
    expect(kinds(ofTable(of('now()'), of('0', '0')))).toEqual(['alter column'])
  })

  it('drops a literal default of which the table says nothing, and leaves one that is an expression', () => {
    const of = (text: string, value?: string): TableDescription =>
      described('t', [column('a', { default: { text, value } })])
    expect(kinds(ofTable(of('0', '0'), described('t', ['a'])))).toEqual(['alter column'])
    expect(ofTable(of("nextval('t_seq')"), described('t', ['a']))).toEqual([])
    expect(
      ofTable(of("nextval('t_seq')"), described('t', [column('a', { isNullable: false })])),
    ).toMatchObject([
      { kind: 'alter column', to: { isNullable: false, default: { text: "nextval('t_seq')" } } },
    ])
  })

  it('leaves columns that no table value says', () => {
    const found = ofTable(
      described('t', [
        'a',
        column('search', { type: 'tsvector' }),
        column('sum', { generated: 'generated always as (a + 1) stored' }),
      ]),
      described('t', ['a']),
    )
    expect(found).toEqual([])
  })

  it('leaves a column that is named, with its index, its CHECK and its reference', () => {
    const from = described('t', ['a', column('old', { isNullable: false })], {
      indexes: [{ name: 'i', columns: byName('old'), isUnique: true, isConstraint: false }],
      checks: [
        { name: 'c', expression: '(length("old") < 5)', column: undefined },
        { name: 'd', expression: "(a <> 'old')", column: undefined },
      ],
      references: [
        {
          name: 'f',
          column: 'old',
          toTable: 't',
          toColumn: 'a',
          onDelete: 'restrict',
          onUpdate: 'no action',
          isValid: true,
        },
      ],
    })
    const found = changes(databaseOf(from), databaseOf(described('t', ['a'])), ['t.old'])
    expect(found).toMatchObject([{ kind: 'drop check', check: { name: 'd' } }])
  })

  it('matches each of two indexes that mean the same once', () => {
    const index = (name: string): TableDescription['indexes'][number] => ({
      name,
      columns: byName('a'),
      isUnique: false,
      isConstraint: false,
    })
    expect(
      ofTable(
        described('t', ['a'], { indexes: [index('one'), index('two')] }),
        described('t', ['a'], { indexes: [index('two')] }),
      ),
    ).toMatchObject([{ kind: 'drop index', index: { name: 'one' } }])
  })

  it('takes an index of other columns, order or uniqueness for another', () => {
    const of = (isUnique: boolean, ...names: string[]): TableDescription =>
      described('t', ['a', 'b'], {
        indexes: [{ name: 'i', columns: byName(...names), isUnique, isConstraint: false }],
      })
    expect(kinds(ofTable(of(false, 'a', 'b'), of(false, 'b', 'a')))).toEqual(['drop index', 'add index'])
    expect(kinds(ofTable(of(false, 'a'), of(true, 'a')))).toEqual(['drop index', 'add index'])
  })

  it('creates and drops tables, but for those that are ignored', () => {
    const from = databaseOf(described('gone', ['a']), described('audit', ['a']))
    const to = databaseOf(described('fresh', ['a']))
    expect(kinds(changes(from, to, ['audit']))).toEqual(['create table', 'drop table'])
  })
})

describe('what is not written by itself', () => {
  const from = databaseOf(described('t', ['a', 'b']), described('gone', ['a']))
  const to = databaseOf(described('t', ['a', column('c', { isNullable: false })]))

  it('names each drop with both ways out, and passes those that are allowed', () => {
    const found = changes(from, to)
    expect(dropProblems(found, ['gone']).map(({ place, remedy }) => `${place}: ${remedy}`)).toEqual([
      "t.b: If it has another name now, write .was('b') there. If it is to go with its data, run the command with --drop t.b.",
    ])
    expect(dropProblems(found, ['gone', 't.b'])).toEqual([])
  })

  it('tells of an allowed drop that drops nothing', () => {
    expect(dropProblems(changes(from, from), ['t.x']).map(({ place }) => place)).toEqual(['--drop t.x'])
  })

  it('refuses a required column without default on a table that is there', () => {
    expect(requiredProblems(changes(from, to), from).map(({ place }) => place)).toEqual(['t.c'])
    const fresh = databaseOf(...from.tables.values(), described('n', [column('c', { isNullable: false })]))
    expect(requiredProblems(changes(from, fresh), from)).toEqual([])
  })
})

describe('names of constraints', () => {
  const index = (name: string): Partial<TableDescription> => ({
    indexes: [{ name, columns: byName('b'), isUnique: false, isConstraint: false }],
  })
  const from = (name: string): DatabaseDescription => databaseOf(described('t', ['b'], index(name)))
  const to = databaseOf(described('t', ['b'], index('t_b_idx')))
  const former = (): ReadonlyMap<string, ReadonlySet<string>> => new Map([['t_b_idx', new Set(['t_a_idx'])]])

  it('follow the rename of a column where they came from it', () => {
    const renames = (name: string): Change[] =>
      constraintRenames(from(name), to, { isSaid: () => false, formerNames: former })
    expect(renames('t_a_idx')).toMatchObject([{ of: 'index', from: 't_a_idx', to: 't_b_idx' }])
    expect(renames('by_hand')).toEqual([])
  })

  it('are changed where the table says one', () => {
    expect(
      constraintRenames(from('by_hand'), to, { isSaid: () => true, formerNames: () => new Map() }),
    ).toMatchObject([{ from: 'by_hand', to: 't_b_idx' }])
  })
})

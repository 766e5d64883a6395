import { describe, expect, it } from 'vitest'
import type { Change, ReferenceDescription } from '../../src/adapter/index.ts'
import { compare } from '../../src/diff/compare.ts'
import { orderChanges } from '../../src/diff/order-changes.ts'
import { column, databaseOf, described } from './described.ts'

const to = (toTable: string, name = 'a'): ReferenceDescription => ({
  name: `${toTable}_${name}`,
  column: name,
  toTable,
  toColumn: 'id',
  onDelete: 'restrict',
  onUpdate: 'no action',
  isValid: true,
})

const index = (name: string, ...columns: string[]) => ({
  name,
  columns: columns.map((one) => ({ name: one, order: 'asc' as const })),
  isUnique: false,
  isConstraint: false,
})

function ordered(
  from: ReturnType<typeof databaseOf>,
  wanted: ReturnType<typeof databaseOf>,
  detachesReferences = false,
): string[] {
  const changes = compare(from, wanted, {
    readingOf: () => ({ kind: 'integer', limits: {}, isCaseInsensitive: false }),
    isIgnored: () => false,
  })
  return orderChanges({ changes, from, to: wanted, detachesReferences }).map(nameOf)
}

function nameOf(change: Change): string {
  const what = 'index' in change ? ` ${change.index.name}` : ''
  return `${change.kind} ${'table' in change ? change.table : ''}${what}`
}

describe('the order of changes', () => {
  it('drops a table before those that it refers to', () => {
    const from = databaseOf(
      described('a', ['id']),
      described('b', ['id', 'a'], { references: [to('a')] }),
      described('c', ['id', 'a'], { references: [to('b')] }),
    )
    expect(ordered(from, databaseOf())).toEqual(['drop table c', 'drop table b', 'drop table a'])
  })

  it('drops a table first where others get a name of its parts', () => {
    const from = databaseOf(
      described('x', ['a'], { indexes: [index('x_a_idx', 'a')] }),
      described('z', ['a'], { indexes: [index('z_a_idx', 'a')] }),
    )
    const wanted = databaseOf(described('z', ['a'], { indexes: [index('x_a_idx', 'a')] }))
    const changes: Change[] = [
      { kind: 'drop table', table: 'x' },
      { kind: 'rename constraint', table: 'z', of: 'index', from: 'z_a_idx', to: 'x_a_idx' },
    ]
    const all = orderChanges({ changes, from, to: wanted, detachesReferences: false })
    expect(all.map(nameOf)).toEqual(['drop table x', 'rename constraint z'])
  })

  it('renames keys in a circle by way of a third name, and none whose new name stays taken', () => {
    const key = (name: string) => ({ primary: { name, columns: ['a'] } })
    const from = databaseOf(
      described('x', ['a'], key('y_pkey')),
      described('y', ['a'], key('x_pkey')),
      described('z', ['a'], key('z_pkey')),
      described('u', ['a'], key('u_pkey')),
    )
    const rename = (table: string, before: string, to: string): Change => ({
      kind: 'rename constraint',
      table,
      of: 'primary',
      from: before,
      to,
    })
    const changes = [
      rename('x', 'y_pkey', 'x_pkey'),
      rename('y', 'x_pkey', 'y_pkey'),
      rename('u', 'u_pkey', 'z_pkey'),
    ]
    const all = orderChanges({ changes, from, to: from, detachesReferences: false })
    expect(all.map((change) => ('to' in change ? [change.from, change.to] : []))).toEqual([
      ['y_pkey', 'y_pkey_keelson_swap'],
      ['x_pkey', 'y_pkey'],
      ['y_pkey_keelson_swap', 'x_pkey'],
    ])
  })

  it('breaks circles of tables that are dropped', () => {
    const from = databaseOf(
      described('a', ['id', 'a'], { references: [to('b')] }),
      described('b', ['id', 'a'], { references: [to('a')] }),
    )
    expect(ordered(from, databaseOf())).toEqual(['drop reference b', 'drop table a', 'drop table b'])
  })

  it('makes a new index before it drops the old one, but where the name is needed', () => {
    const table = (...indexes: ReturnType<typeof index>[]) =>
      databaseOf(described('t', ['a', 'b'], { indexes }))
    expect(ordered(table(index('one', 'a')), table(index('two', 'a', 'b')))).toEqual([
      'add index t two',
      'drop index t one',
    ])
    expect(ordered(table(index('one', 'a')), table(index('one', 'a', 'b')))).toEqual([
      'rename constraint t',
      'add index t one',
      'drop index t one_keelson_old',
    ])
  })

  it('takes foreign keys off a column that gets another type, where the system wants that', () => {
    const table = (type: string) =>
      databaseOf(
        described('p', [column('id', { type })]),
        described('c', [column('a', { type })], { references: [to('p')] }),
      )
    expect(ordered(table('integer'), table('bigint'), true)).toEqual([
      'drop reference c',
      'alter column p',
      'alter column c',
      'add reference c',
    ])
    expect(ordered(table('integer'), table('bigint'))).toEqual(['alter column p', 'alter column c'])
  })

  it('gives a foreign key the name of one that is dropped', () => {
    const from = databaseOf(described('a', ['id', 'b', 'c'], { references: [to('a', 'b'), to('z', 'c')] }))
    const changes: Change[] = [
      { kind: 'drop reference', table: 'a', reference: to('z', 'c') },
      { kind: 'rename constraint', table: 'a', of: 'reference', from: 'a_b', to: 'z_c' },
    ]
    const all = orderChanges({ changes, from, to: from, detachesReferences: false })
    expect(all.map(nameOf)).toEqual(['drop reference a', 'rename constraint a'])
  })

  it('adds foreign keys when all tables are there, and drops them first', () => {
    const from = databaseOf(described('old', ['id']), described('t', ['a'], { references: [to('old')] }))
    const wanted = databaseOf(
      described('fresh', ['id']),
      described('t', ['a'], { references: [to('fresh')] }),
    )
    expect(ordered(from, wanted)).toEqual([
      'drop reference t',
      'create table fresh',
      'add reference t',
      'drop table old',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import type { DatabaseDescription } from '../../src/adapter/index.ts'
import { findRenames, renameMark } from '../../src/diff/renames.ts'
import { databaseOf, described } from './described.ts'

const OLD = databaseOf(described('orders', ['id', 'a', 'b', 'note']), described('people', ['id']))

function renames(
  from: DatabaseDescription,
  former: {
    readonly tables?: Record<string, string>
    readonly columns?: Record<string, Record<string, string>>
  },
  made: readonly string[] = [],
  drops: readonly string[] = [],
): { readonly steps: string[]; readonly problems: string[] } {
  const columns = Object.entries(former.columns ?? {}).map(
    ([table, names]) => [table, new Map(Object.entries(names))] as const,
  )
  const { changes, problems } = findRenames({
    from,
    former: {
      tables: new Map(Object.entries(former.tables ?? {})),
      columns: new Map(columns),
      isDeclared: () => false,
    },
    made: new Set(made),
    drops,
  })
  return {
    steps: changes.map((change) =>
      change.kind === 'rename table'
        ? `${change.from} -> ${change.to}`
        : change.kind === 'rename column'
          ? `${change.table}: ${change.from} -> ${change.to}`
          : change.kind,
    ),
    problems: problems.map(({ place, message }) => `${place}: ${message}`),
  }
}

describe('renames that tables ask for', () => {
  it('renames a table and a column of it, the column under the new name of the table', () => {
    expect(
      renames(OLD, { tables: { sales: 'orders' }, columns: { sales: { remark: 'note' } } }).steps,
    ).toEqual(['orders -> sales', 'sales: note -> remark'])
  })

  it('is harmless once it has run, and where neither name was ever there', () => {
    expect(renames(OLD, { columns: { orders: { note: 'remark', text: 'gone' } } })).toEqual({
      steps: [],
      problems: [],
    })
  })

  it('is refused where the old name is there again', () => {
    expect(renames(OLD, { columns: { orders: { note: 'a' } } })).toEqual({
      steps: [],
      problems: ['orders.note: It was a, and a is there again beside note.'],
    })
  })

  it('is done where a migration says so, and the old name is there again', () => {
    const former = { columns: { orders: { note: 'a' } } }
    expect(renames(OLD, former, ['orders.a=note'])).toEqual({ steps: [], problems: [] })
  })

  it('puts aside what is dropped by the new name', () => {
    expect(renames(OLD, { columns: { orders: { note: 'a' } } }, [], ['orders.note']).steps).toEqual([
      'orders: note -> note_keelson_old',
      'orders: a -> note',
    ])
  })

  it('renames a chain from its end, and knows it when it is done', () => {
    const former = { columns: { orders: { b: 'a', c: 'b' } } }
    expect(renames(OLD, former).steps).toEqual(['orders: b -> c', 'orders: a -> b'])
    expect(renames(databaseOf(described('orders', ['id', 'b', 'c', 'note'])), former)).toEqual({
      steps: [],
      problems: [],
    })
  })

  it('refuses a chain of which a link is missing', () => {
    const { steps, problems } = renames(databaseOf(described('orders', ['id', 'a'])), {
      columns: { orders: { b: 'a', c: 'b' } },
    })
    expect(steps).toEqual([])
    expect(problems).toEqual(['orders.b: c was b, which is not there, while a is.'])
  })

  it('swaps two names by way of a third, once', () => {
    const former = { columns: { orders: { a: 'b', b: 'a' } } }
    expect(renames(OLD, former).steps).toEqual([
      'orders: b -> b_keelson_swap',
      'orders: a -> b',
      'orders: b_keelson_swap -> a',
    ])
    const mark = renameMark('orders', [
      ['a', 'b'],
      ['b', 'a'],
    ])
    expect(mark).toBe('orders.a=b, orders.b=a')
    expect(renames(OLD, former, [mark]).steps).toEqual([])
  })

  it('turns three names around', () => {
    const former = { columns: { orders: { a: 'b', b: 'note', note: 'a' } } }
    expect(renames(OLD, former).steps).toEqual([
      'orders: b -> b_keelson_swap',
      'orders: note -> b',
      'orders: a -> note',
      'orders: b_keelson_swap -> a',
    ])
  })

  it('swaps tables', () => {
    expect(renames(OLD, { tables: { orders: 'people', people: 'orders' } }).steps).toEqual([
      'people -> people_keelson_swap',
      'orders -> people',
      'people_keelson_swap -> orders',
    ])
  })
})

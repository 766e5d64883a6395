// Renames of which a name is taken again: chains, swaps, and a new table or column of the old name.
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text } from '../../src/index.ts'
import { begin, change, withDrafts } from './drafts.ts'
import { SYSTEMS } from './migration-folder.ts'

const columns = () => ({
  id: integer().primary(),
  a: text({ maxLength: 3 }).unique(),
  xId: integer().references('root').nullable(),
})
const root = table('root', { id: integer().primary() })
const first = defineTables({ root, x: table('x', columns()), y: table('y', columns()) })
const rows = [`insert into x (id, a) values (1, 'x')`, `insert into y (id, a) values (1, 'y')`, 'select 1']

describe.each(SYSTEMS)('names that are taken again on %s', (_name, make) => {
  it(
    'follow each other in a chain of tables',
    withDrafts(make, async (test) => {
      const second = defineTables({
        root,
        x: table('y', columns(), { was: 'x' }),
        y: table('z', columns(), { was: 'y' }),
      })
      await begin(test, first)
      await test.sql(...rows)
      await change(test, first, second)
      expect(await test.sql('select a from y')).toEqual([{ a: 'x' }])
      expect(await test.sql('select a from z')).toEqual([{ a: 'y' }])
    }),
  )

  it(
    'are swapped between tables',
    withDrafts(make, async (test) => {
      const second = defineTables({
        root,
        x: table('y', columns(), { was: 'x' }),
        y: table('x', columns(), { was: 'y' }),
      })
      await begin(test, first)
      await test.sql(...rows)
      await change(test, first, second)
      expect(await test.sql('select a from x')).toEqual([{ a: 'y' }])
      expect(await test.sql('select a from y')).toEqual([{ a: 'x' }])
    }),
  )

  it(
    'are those of a new table beside the renamed one',
    withDrafts(make, async (test) => {
      const second = defineTables({
        root,
        x: table('z', columns(), { was: 'x' }),
        y: table('y', columns()),
        fresh: table('x', {
          ...columns(),
          xId: integer().references('root', { inverse: 'fresh' }).nullable(),
        }),
      })
      await begin(test, first)
      await test.sql(...rows)
      await change(test, first, second)
      expect(await test.sql('select a from z')).toEqual([{ a: 'x' }])
      expect(await test.sql('select a from x')).toEqual([])
    }),
  )

  it(
    'are as long as a name may be, and begin alike',
    withDrafts(make, async (test) => {
      const start = 'a'.repeat(60)
      const [one, two] = [`${start}001`, `${start}002`]
      const indexOf = (property: 'b' | 'c', at: number) => ({ columns: [property], name: `${start}i0${at}` })
      const long = (was: boolean) =>
        table(
          'x',
          {
            id: integer().primary(),
            b: was ? text({ maxLength: 9 }).named(one).was(two) : text({ maxLength: 9 }).named(one),
            c: was ? text({ maxLength: 9 }).named(two).was(one) : text({ maxLength: 9 }).named(two),
          },
          { indexes: was ? [indexOf('c', 1), indexOf('b', 2)] : [indexOf('b', 1), indexOf('c', 2)] },
        )
      const [before, after] = [defineTables({ x: long(false) }), defineTables({ x: long(true) })]
      await begin(test, before)
      await test.sql(`insert into x (id, ${one}, ${two}) values (1, 'one', 'two')`, 'select 1')
      await change(test, before, after)
      expect(await test.sql(`select ${one} as one, ${two} as two from x`)).toEqual([
        { one: 'two', two: 'one' },
      ])
    }),
  )

  it(
    'are those of a dropped column and of a new one of the old name',
    withDrafts(make, async (test) => {
      const short = () => text({ maxLength: 3 })
      const before = defineTables({
        root,
        x: table('x', {
          id: integer().primary(),
          a: short().unique(),
          b: integer().references('root', { as: 'to' }).nullable(),
        }),
      })
      const after = defineTables({
        x: table('x', {
          id: integer().primary(),
          a: short().nullable().unique(),
          b: short().unique().was('a'),
        }),
        root,
      })
      await begin(test, before)
      await test.sql(
        'insert into root (id) values (7)',
        `insert into x (id, a, b) values (1, 'A', 7)`,
        'select 1',
      )
      const refused = await test.run(after, 'db diff', { words: ['onto'] })
      expect(refused.err).toContain('x.b: It was a, and a is there again beside b.')
      expect(refused.err).toContain('run the command with --drop x.b')
      const written = await change(test, before, after, ['x.b'])
      expect(written.err).toContain('The values of x.a go with b; the new column a begins without them.')
      expect(test.last()).toContain('-- renames: x.a=b\n')
      expect(await test.sql('select a, b from x')).toEqual([{ a: null, b: 'A' }])
    }),
  )

  it(
    'are those of a dropped table',
    withDrafts(make, async (test) => {
      const after = defineTables({ root, y: table('y', columns(), { was: 'x' }) })
      await begin(test, first)
      await test.sql(...rows)
      await change(test, first, after, ['y'])
      expect(await test.sql('select a from y')).toEqual([{ a: 'x' }])
    }),
  )
})

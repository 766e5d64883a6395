// Drafts that take from views what these read: no view is left broken without a word.
import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text, type AnyTables, type Column } from '../../src/index.ts'
import { SYSTEMS } from '../migrate/migration-folder.ts'
import { draftAfter } from './draft-after.ts'

const said = (draft: Promise<unknown>): Promise<string> =>
  draft.then(
    () => 'drafted',
    (error: Error) => error.message,
  )

describe.each(SYSTEMS)('a draft on %s', (name, make) => {
  const type = name === 'SQLite' ? 'text' : 'varchar(9)'
  const before = [
    `create table orders (id integer not null primary key, note ${type}, kept ${type})`,
    'create view notes as select id, note from orders where id > 1',
    'create view counted as select count(*) as orders from orders',
  ]
  const word = (): Column<string | null, 'text'> => {
    const short = text({ maxLength: 9 }).nullable()
    if (name === 'SQLite') return text().nullable() as never
    return short.sqlType(name === 'MariaDB' ? 'varchar(9)' : 'character varying(9)') as never
  }
  const orders = (columns: Readonly<Record<string, Column<string | null, 'text'>>>): AnyTables =>
    defineTables({
      orders: table('orders', { id: integer(name === 'SQLite' ? { bits: 53 } : {}).primary(), ...columns }),
    }) as never

  it('that drops a column which a view names stops, and says both', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const message = await said(draftAfter(made.adapter, before, orders({ kept: word() }), ['orders.note']))
    expect(message).toMatch(
      /notes: The draft would break this view, .*column orders\.note goes\. The database says/,
    )
    expect(message).toContain('Drop the view by a migration of its own before')
    expect(message).not.toContain('counted')
  })

  it('that drops a column which no view names leaves the views', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const draft = draftAfter(made.adapter, before, orders({ note: word() }), ['orders.kept'])
    expect(await said(draft)).toBe('drafted')
  })

  it('that renames a column takes the views along, or stops where the system does not', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const draft = draftAfter(made.adapter, before, orders({ remark: word().was('note'), kept: word() }))
    expect(await said(draft)).toMatch(
      name === 'MariaDB'
        ? /notes: The draft would break this view, .*column orders\.note becomes remark/
        : /^drafted$/,
    )
  })

  it('that drops a table which views read stops', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const message = await said(draftAfter(made.adapter, before, defineTables({}), ['orders']))
    expect(message).toMatch(/notes: The draft would break this view, .*table orders goes/)
    expect(message).toMatch(/counted: The draft would break this view/)
  })

  it('leaves a view that was broken before', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    if (name === 'PostgreSQL') return context.skip('it has no broken views')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const further = [
      'create table gone (id integer)',
      'create view lost as select id from gone',
      'drop table gone',
    ]
    const draft = draftAfter(made.adapter, [...before, ...further], orders({ note: word() }), ['orders.kept'])
    expect(await said(draft)).toBe('drafted')
  })
})

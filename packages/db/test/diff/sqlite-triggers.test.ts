// Tables of SQLite that are made anew, while triggers of others name them.
import { expect, it } from 'vitest'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { defineTables, integer, table, text } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { draftAfter } from './draft-after.ts'

const BEFORE = [
  'create table notes (id integer not null primary key, text text) strict',
  'create table orders (id integer not null primary key) strict',
  "create trigger orders_noted after insert on orders begin insert into notes (text) values ('new; -- order'); end",
  'create trigger notes_noted after delete on notes begin update orders set id = id; end',
]

it('keeps the triggers of other tables, and those of its own', async () => {
  const tables = defineTables({
    notes: table('notes', { id: integer({ bits: 53 }).primary(), text: text({ maxLength: 90 }).nullable() }),
    orders: table('orders', { id: integer({ bits: 53 }).primary() }),
  })
  const draft = await draftAfter(sqlite(':memory:'), BEFORE, tables)
  expect(draft?.rebuilds).toBe(true)
  await using connection = await ScratchConnection.open(sqlite(':memory:'))
  await connection.run([
    ...BEFORE,
    'insert into orders values (1)',
    ...(draft?.up ?? []),
    'insert into orders values (2)',
  ])
  const { rows } = await connection.ask('select count(*) as notes from notes', [])
  expect(rows).toEqual([{ notes: 2 }])
  const left = await connection.ask("select name from sqlite_master where type = 'trigger' order by name", [])
  expect(left.rows.map(({ name }) => name)).toEqual(['notes_noted', 'orders_noted'])
})

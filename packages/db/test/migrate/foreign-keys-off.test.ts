// Files of SQLite with foreign keys off: rows that referred to nothing before may stay so, and no other may come.
import { describe, expect, it, type TestContext } from 'vitest'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { migrate } from '../../src/migrations/index.ts'
import { messageOf, SYSTEMS, withDatabase } from './migration-folder.ts'

const on = SYSTEMS.find(([name]) => name === 'SQLite')![1]

/** Order 1 refers to nothing, order 2 to a customer. */
const MADE = [
  'create table customers (id integer primary key)',
  'create table orders (id text primary key, customer integer references customers, payer integer references customers)',
  'create table lines (at integer, "order" text references orders, primary key (at, "order")) without rowid',
  'insert into customers values (5)',
  "insert into orders values ('a', 9, null), ('b', 5, null)",
  "insert into lines values (1, 'a'), (2, 'z')",
]

/** Migrates by one file, where rows are. */
function migrating(
  text: string,
  expectResult: (result: Promise<unknown>) => Promise<void>,
): (context: TestContext) => Promise<void> {
  return withDatabase(on, async ({ adapter, db, folder }) => {
    await using connection = await ScratchConnection.open(adapter)
    await connection.run(MADE)
    folder.write({ '0001-change.sql': `-- foreign keys: off\n${text}` })
    await expectResult(migrate(db, { folder: folder.path }))
  })
}

describe('a file of SQLite with foreign keys off', () => {
  it.for([
    [
      'a row that has lost what it refers to',
      "update orders set customer = 5 where id = 'a'; delete from customers",
    ],
    [
      'another row in the place of one that is mended',
      "update orders set customer = 5 where id = 'a'; update orders set customer = 9 where id = 'b'",
    ],
    ['another foreign key of the same row', "update orders set customer = 5, payer = 7 where id = 'a'"],
    [
      'another row of a renamed table',
      "alter table orders rename to bills; update bills set customer = 5 where id = 'a'; update bills set customer = 9 where id = 'b'",
    ],
    [
      'another row of a table without numbers of rows',
      'update lines set "order" = \'y\' where at = 1; delete from lines where at = 2',
    ],
    [
      'a row of a new table',
      'create table notes (id integer primary key, customer integer references customers); insert into notes values (1, 9)',
    ],
  ])('is refused for %s', ([, text], context) =>
    migrating(text!, async (result) => {
      expect(await messageOf(result)).toMatch(
        /0001-change\.sql: after it 1 rows of \w+ refer to a row of \w+, which is not there\. Nothing of the file is done\./,
      )
    })(context),
  )

  it.for([
    ['is renamed', 'alter table orders rename to bills'],
    [
      'is renamed with its column',
      'alter table orders rename to bills; alter table bills rename customer to buyer',
    ],
    [
      'swaps its name',
      'alter table orders rename to t; alter table customers rename to orders; alter table t rename to customers',
    ],
    [
      'is made anew in another order',
      `create table orders_new (id text primary key, payer integer references customers, customer integer references customers, note text);
      insert into orders_new select id, payer, customer, null from orders order by id desc; drop table orders; alter table orders_new rename to orders`,
    ],
    [
      'is renamed and made anew',
      `alter table orders rename to bills; create table bills_new (id text primary key, payer integer references customers, customer integer references customers);
      insert into bills_new select id, payer, customer from bills; drop table bills; alter table bills_new rename to bills`,
    ],
    [
      'gets another key',
      `create table orders_new (number integer primary key, id text unique, customer integer references customers, payer integer references customers);
      insert into orders_new select rowid, * from orders; delete from lines; drop table orders; alter table orders_new rename to orders`,
    ],
    [
      'changes in other ways',
      "alter table orders add column note text; delete from lines where at = 2; update orders set customer = 10 where id = 'a'",
    ],
  ])('leaves a row that referred to nothing before, where its table %s', ([, text], context) =>
    migrating(text!, async (result) => {
      expect(await result).toHaveLength(1)
    })(context),
  )
})

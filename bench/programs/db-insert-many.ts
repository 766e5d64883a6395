// What `insertMany` costs: `node dist/programs/db-insert-many.js [rounds]` inserts a thousand rows by it, and by one statement of a thousand rows by hand with
// the bare driver, in turn.
import { createTables, openDatabase } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { rowOf, scratchDatabase, tables, valuesByHand } from './db-tables.ts'
import { inTurns } from './in-turns.ts'

const ROWS = 1000
const COLUMNS = 6

const rounds = Number(process.argv[2] ?? 15)
const rows = Array.from({ length: ROWS }, (_, at) => rowOf(at))
await insertIntoSqlite()
await insertIntoPostgres()

/** `insert … values (…), (…)`. */
function insertText(placeholder: (at: number) => string): string {
  const list = (row: number): string =>
    `(${Array.from({ length: COLUMNS }, (_, at) => placeholder(row * COLUMNS + at + 1)).join(', ')})`
  return `insert into orders values ${rows.map((_, row) => list(row)).join(', ')}`
}

async function insertIntoSqlite(): Promise<void> {
  await using db = await openDatabase(sqlite(':memory:'), tables, { callSites: false })
  await createTables(db)
  const bare = new DatabaseSync(':memory:')
  for (const { sql } of await db.sql<{ sql: string }>`select sql from sqlite_master where sql is not null`)
    bare.exec(sql)
  const insert = bare.prepare(insertText(() => '?'))
  await inTurns(
    {
      'node:sqlite': async () => insert.run(...valuesByHand(rows)),
      insertMany: () => db.orders.insertMany(rows),
    },
    { title: 'A thousand rows inserted, SQLite', concurrency: 1, rounds },
  )
  bare.close()
}

async function insertIntoPostgres(): Promise<void> {
  await using scratch = await scratchDatabase()
  await using db = await openDatabase(postgres(scratch.url, { poolSize: 1 }), tables, { callSites: false })
  await createTables(db)
  const pool = new pg.Pool({ connectionString: scratch.url, max: 1 })
  const insert = { name: 'insert_orders', text: insertText((at) => `$${at}`) }
  await inTurns(
    {
      pg: () => pool.query({ ...insert, values: valuesByHand(rows) }),
      insertMany: () => db.orders.insertMany(rows),
    },
    { title: 'A thousand rows inserted, PostgreSQL', concurrency: 1, rounds },
  )
  await pool.end()
}

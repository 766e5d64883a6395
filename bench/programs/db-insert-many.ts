// What `insertMany` costs: `node dist/programs/db-insert-many.js [rounds]` inserts a thousand rows by it, and by one statement of a thousand rows by hand with
// the bare driver, in turn.
import { createTables, openDatabase } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { rowOf, scratchDatabase, tables } from './db-tables.ts'
import { inTurns } from './in-turns.ts'

const ROWS = 1000
const COLUMNS = 6

const rounds = Number(process.argv[2] ?? 15)
const rows = Array.from({ length: ROWS }, (_, at) => rowOf(at))
await insertIntoSqlite()
await insertIntoPostgres()

/** The values of all rows, as they are sent. */
function valuesOf(): (string | number)[] {
  const now = new Date().toISOString()
  return rows.flatMap((row) => [randomUUID(), row.email, row.status, row.quantity, row.note, now])
}

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
  console.log('SQLite')
  await inTurns(
    {
      'node:sqlite': async () => insert.run(...valuesOf()),
      insertMany: () => db.orders.insertMany(rows),
    },
    { concurrency: 1, rounds },
  )
  bare.close()
}

async function insertIntoPostgres(): Promise<void> {
  await using scratch = await scratchDatabase()
  await using db = await openDatabase(postgres(scratch.url, { poolSize: 1 }), tables, { callSites: false })
  await createTables(db)
  const pool = new pg.Pool({ connectionString: scratch.url, max: 1 })
  const insert = { name: 'insert_orders', text: insertText((at) => `$${at}`) }
  console.log('PostgreSQL')
  await inTurns(
    {
      pg: () => pool.query({ ...insert, values: valuesOf() }),
      insertMany: () => db.orders.insertMany(rows),
    },
    { concurrency: 1, rounds },
  )
  await pool.end()
}

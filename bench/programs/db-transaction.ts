// What `db.transaction` around one insert costs: `node dist/programs/db-transaction.js [rounds]` runs it, and BEGIN, the statement and COMMIT by hand with the
// bare driver and as many connections, in turn.
import { createTables, openDatabase } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { rowOf, scratchDatabase, tables, valuesByHand } from './db-tables.ts'
import { inTurns } from './in-turns.ts'

const CONNECTIONS = 4

const rounds = Number(process.argv[2] ?? 15)
const row = rowOf(1)
await insertIntoSqlite()
await insertIntoPostgres()

/** In memory: the disk would take the most of the time, and say nothing. */
async function insertIntoSqlite(): Promise<void> {
  await using db = await openDatabase(sqlite(':memory:'), tables, { callSites: false })
  await createTables(db)
  const bare = new DatabaseSync(':memory:')
  for (const { sql } of await db.sql<{ sql: string }>`select sql from sqlite_master where sql is not null`)
    bare.exec(sql)
  const [begin, insert, commit] = [
    'begin immediate',
    'insert into orders values (?, ?, ?, ?, ?, ?)',
    'commit',
  ].map((text) => bare.prepare(text))
  await inTurns(
    {
      'node:sqlite': async () => {
        begin!.run()
        insert!.run(...valuesByHand([row]))
        commit!.run()
      },
      'db.transaction': () => db.transaction(() => db.orders.insert(row)),
      'insert alone': () => db.orders.insert(row),
    },
    { title: 'A transaction of one insert, SQLite', concurrency: 1, rounds },
  )
  bare.close()
}

async function insertIntoPostgres(): Promise<void> {
  await using scratch = await scratchDatabase()
  await using db = await openDatabase(postgres(scratch.url, { poolSize: CONNECTIONS }), tables, {
    callSites: false,
  })
  await createTables(db)
  const pool = new pg.Pool({ connectionString: scratch.url, max: CONNECTIONS })
  const insert = { name: 'insert_order', text: 'insert into orders values ($1, $2, $3, $4, $5, $6)' }
  const byHand = async (): Promise<void> => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query({ ...insert, values: valuesByHand([row]) })
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  const works = {
    pg: byHand,
    'db.transaction': () => db.transaction(() => db.orders.insert(row)),
    'insert alone': () => db.orders.insert(row),
  }
  for (const concurrency of [1, 8])
    await inTurns(works, { title: 'A transaction of one insert, PostgreSQL', concurrency, rounds })
  await pool.end()
}

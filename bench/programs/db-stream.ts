// The memory of a stream: `node --expose-gc dist/programs/db-stream.js [rows]` streams rows (100,000 unless told) from PostgreSQL and from SQLite to a reader
// that is slower than the database, and prints the most memory over idle, in the first and in the second half.
import { createTables, openDatabase, type Database } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { rowOf, scratchDatabase, tables } from './db-tables.ts'

const FILL_ROWS = 10_000
const PAUSE_ROWS = 500
const PAUSE_MS = 5
const MIB = 2 ** 20

const count = Number(process.argv[2] ?? 100_000)
const folder = await mkdtemp(join(tmpdir(), 'keelson-bench-'))
try {
  await using file = await openDatabase(sqlite(join(folder, 'shop.db')), tables)
  await measure('SQLite', file)
  await using scratch = await scratchDatabase()
  await using server = await openDatabase(postgres(scratch.url), tables)
  await measure('PostgreSQL', server)
} finally {
  await rm(folder, { recursive: true })
}

async function measure(name: string, db: Database<typeof tables>): Promise<void> {
  await createTables(db)
  for (let from = 0; from < count; from += FILL_ROWS)
    await db.orders.insertMany(
      Array.from({ length: Math.min(FILL_ROWS, count - from) }, (_, at) => rowOf(from + at)),
    )
  // What is compiled and kept at the first read is not of this stream.
  for await (const _ of db.orders.stream({ limit: 1000 }));
  globalThis.gc?.()
  await wait(100)
  const idle = process.memoryUsage.rss()
  const most = [0, 0]
  let read = 0
  for await (const _ of db.orders.stream()) {
    if (++read % PAUSE_ROWS !== 0) continue
    const half = read > count / 2 ? 1 : 0
    most[half] = Math.max(most[half]!, process.memoryUsage.rss() - idle)
    await wait(PAUSE_MS)
  }
  const [first, second] = most.map((bytes) => (bytes / MIB).toFixed(1))
  console.log(
    `${name.padEnd(12)} ${read} rows; over idle ${first} MiB in the first half, ${second} in the second`,
  )
}

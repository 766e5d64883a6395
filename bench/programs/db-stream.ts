// The memory of a stream: `node --expose-gc dist/programs/db-stream.js [rows]` streams rows (100,000 unless told) from SQLite and from PostgreSQL to a reader
// that is slower than the database, and prints the most memory over idle, in the first and in the second half. Another process fills the tables: what that
// leaves to be collected is not of the stream.
import { createTables, openDatabase, type Adapter, type Database } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { markdownTable } from '../harness/table.ts'
import { rowOf, scratchDatabase, tables } from './db-tables.ts'

const FILL_ROWS = 10_000
const PAUSE_ROWS = 500
const PAUSE_MS = 5
const MIB = 2 ** 20

/** Adapters by the name of their system; a place is a path, or a URL. */
const SYSTEMS: Readonly<Record<string, (place: string) => Adapter>> = {
  SQLite: (path) => sqlite(path),
  PostgreSQL: (url) => postgres(url),
}

const [first, system = '', place = '', rows] = process.argv.slice(2)
if (first === 'fill') await fill(SYSTEMS[system]!(place), Number(rows))
else await measureAll(Number(first ?? 100_000))

async function fill(adapter: Adapter, count: number): Promise<void> {
  await using db = await openDatabase(adapter, tables)
  await createTables(db)
  for (let from = 0; from < count; from += FILL_ROWS)
    await db.orders.insertMany(
      Array.from({ length: Math.min(FILL_ROWS, count - from) }, (_, at) => rowOf(from + at)),
    )
}

async function measureAll(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-bench-'))
  try {
    await using scratch = await scratchDatabase()
    const found = [
      await measure('SQLite', join(folder, 'shop.db'), count),
      await measure('PostgreSQL', scratch.url, count),
    ]
    const head = ['', 'first half, MiB over idle', 'second half']
    console.log(
      `### ${count.toLocaleString('en-US')} rows streamed to a slow reader\n\n${markdownTable(head, found)}\n`,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measure(name: string, at: string, count: number): Promise<string[]> {
  execFileSync(process.execPath, [import.meta.filename, 'fill', name, at, String(count)])
  await using db = await openDatabase(SYSTEMS[name]!(at), tables)
  const most = await mostOverIdle(db, count)
  return [name, ...most.map((bytes) => (bytes / MIB).toFixed(1))]
}

/** The most memory over idle in the first and in the second half, bytes. */
async function mostOverIdle(db: Database<typeof tables>, count: number): Promise<readonly number[]> {
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
  if (read !== count) throw new Error(`${read} of ${count} rows were read.`)
  return most
}

// SQLite without room, with its file held by another process, and a clock that jumps.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeClock, createSeededRandom } from '@keelson/core/ports'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createTables,
  defineTables,
  openDatabase,
  table,
  text,
  timestamp,
  uuid,
  version,
  type OwnedDatabase,
} from '../src/index.ts'
import { sqlite, type SqliteOptions } from '../src/sqlite/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'keelson-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tables = defineTables({
  notes: table(
    'notes',
    {
      id: uuid().primary(),
      text: text(),
      version: version(),
      createdAt: timestamp().now(),
    },
    { indexes: [['createdAt']] },
  ),
})
let files = 0

async function open(
  options: SqliteOptions = {},
): Promise<{ file: string; db: OwnedDatabase<typeof tables> }> {
  const file = join(folder, `${++files}.db`)
  const db = await openDatabase(sqlite(file, options), tables)
  await createTables(db)
  return { file, db }
}

describe.each<[string, SqliteOptions]>([
  ['node:sqlite', {}],
  ['better-sqlite3', { driver: BetterSqlite3 }],
])('SQLite by %s', (_name, options) => {
  const limitPages = async (db: OwnedDatabase<typeof tables>, pages: number): Promise<void> => {
    const { session } = db['~internal']
    const statement = { text: `pragma max_page_count = ${pages}`, isRead: false }
    await session.run({ statement, values: [], label: 'test' })
  }

  it('whose disk is full keeps all or nothing of a transaction, and goes on when there is room', async () => {
    const { db } = await open(options)
    await limitPages(db, 40)
    const batch = (name: string): Promise<unknown> =>
      db.transaction(async () => {
        for (let at = 0; at < 10; at++) await db.notes.insert({ text: `${name}${'x'.repeat(2000)}` })
      })
    let batches = 0
    let failure: unknown
    while (failure === undefined && batches < 100)
      await batch(`${batches} `).then(
        () => (batches += 1),
        (error: unknown) => (failure = error),
      )
    expect(failure).toMatchObject({ code: 'ERR_CORE_INSUFFICIENT_STORAGE', status: 507 })
    expect(batches).toBeGreaterThan(0)
    expect(await db.notes.count()).toBe(batches * 10)
    // Reads and smaller writes go on; a statement alone fails alone.
    await expect(
      db.notes.insertMany(Array.from({ length: 60 }, () => ({ text: 'y'.repeat(2000) }))),
    ).rejects.toMatchObject({
      status: 507,
    })
    expect(await db.notes.count()).toBe(batches * 10)
    await limitPages(db, 10_000)
    await batch('after ')
    expect(await db.notes.count()).toBe(batches * 10 + 10)
    expect(await db.sql`pragma integrity_check`).toEqual([{ integrity_check: 'ok' }])
    await db[Symbol.asyncDispose]()
  })

  it('whose file another process holds waits as long as it may, in the open, and then says so', async () => {
    const { file, db } = await open({ ...options, busyTimeoutMs: 300 })
    await db.notes.insert({ text: 'before' })
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-file.mjs'), file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    try {
      await once(holder.stdout, 'data')
      let ticks = 0
      const ticking = setInterval(() => (ticks += 1), 10)
      for (const work of [
        () => db.notes.insert({ text: 'no' }),
        () => db.transaction(() => db.notes.insert({ text: 'no' })),
      ])
        await expect(work()).rejects.toMatchObject({ code: 'ERR_DB_BUSY', status: 503 })
      clearInterval(ticking)
      expect(ticks).toBeGreaterThan(10)
      expect(await db.notes.count()).toBe(1)
      // One that is waiting when the file becomes free has it.
      const late = db.notes.insert({ text: 'late' })
      holder.stdin.end()
      await late
      await once(holder, 'exit')
      expect(await db.notes.count()).toBe(2)
    } finally {
      holder.kill('SIGKILL')
      await db[Symbol.asyncDispose]()
    }
  })
})

describe('a clock that jumps', () => {
  it.each([-3_600_000, -5, 3_600_000])('by %i ms leaves versions, keys and pages right', async (jumpMs) => {
    const clock = createFakeClock()
    const random = createSeededRandom(7)
    await using db = await openDatabase(sqlite(':memory:'), tables, { clock, random })
    await createTables(db)
    const ids: string[] = []
    const insert = async (name: string): Promise<void> =>
      void ids.push((await db.notes.insert({ text: name })).id)
    for (let at = 0; at < 10; at++) {
      await insert(`before ${at}`)
      await clock.advance(1)
    }
    const first = await db.notes.page({ limit: 4 }, { orderBy: { createdAt: 'asc' } })
    const loaded = (await db.notes.byId(ids[0]!))!
    clock.setNow(clock.now() + jumpMs)
    for (let at = 0; at < 10; at++) await insert(`after ${at}`)
    expect(new Set(ids).size).toBe(20)
    // A version counts, so that a time that comes twice hides no change.
    const changed = await db.notes.update(loaded, { text: 'changed' })
    expect(changed.version).not.toBe(loaded.version)
    await expect(db.notes.update(loaded, { text: 'again' })).rejects.toMatchObject({ code: 'ERR_DB_STALE' })
    // A cursor from before the jump goes on where it was, and all pages together hold each row once.
    const seen: string[] = []
    for (let after: string | undefined = first.next; after !== undefined;) {
      const page = await db.notes.page({ limit: 4, after }, { orderBy: { createdAt: 'asc' } })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    const missing = ids.filter((id) => !seen.includes(id) && !first.items.some((item) => item.id === id))
    // Rows made with an earlier time than the cursor's stand before it, as for any row inserted there.
    const cursorTime = first.items.at(-1)!.createdAt
    const rows = await Promise.all(missing.map((id) => db.notes.byId(id)))
    expect(rows.filter((row) => row === undefined || row.createdAt > cursorTime)).toEqual([])
    const all: string[] = []
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await db.notes.page(
        { limit: 7, ...(after === undefined ? {} : { after }) },
        { orderBy: { createdAt: 'asc' } },
      )
      all.push(...page.items.map(({ id }) => id))
      after = page.next
    }
    expect(all.toSorted()).toEqual(ids.toSorted())
  })
})

// A runner that is killed, at each of its statements: the next run is right, or says what is to be found out.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDatabase, type OwnedDatabase } from '../../src/index.ts'
import { migrate, migrationStatus } from '../../src/migrations/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from '../servers.ts'
import { messageOf, migrationFolder, NO_TABLES, type MigrationFolder } from './migration-folder.ts'

const CHILD = fileURLToPath(new URL('killed-runner.ts', import.meta.url))

const FILES = {
  '0001-one.sql': 'create table one (id integer primary key);\ninsert into one values (1);\n',
}

/** Runs the child. @returns whether it was killed */
async function runKilled(at: number, place: string, folder: string): Promise<boolean> {
  const child = spawn(process.execPath, [CHILD, String(at), place, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...end) => resolve(end)),
  )
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(said)
  return false
}

interface Place {
  readonly place: string
  drop(): Promise<unknown>
}

const PLACES: readonly (readonly [
  name: string,
  make: (folder: MigrationFolder) => Promise<Place | undefined>,
])[] = [
  [
    'SQLite',
    (folder) =>
      Promise.resolve({
        place: join(folder.path, `test-${crypto.randomUUID()}.db`),
        drop: () => Promise.resolve(),
      }),
  ],
  [
    'PostgreSQL',
    async () => {
      const { url } = await findPostgres()
      if (url === undefined) return undefined
      const made = await makePostgres(url)
      return { place: made.url, drop: made.drop }
    },
  ],
  [
    'MariaDB',
    async () => {
      const { url } = await findMariadb()
      if (url === undefined) return undefined
      const made = await makeMariadb(url)
      return { place: made.url, drop: made.drop }
    },
  ],
]

const adapterOf = (place: string) =>
  place.startsWith('postgres') ? postgres(place) : place.startsWith('mysql') ? mysql(place) : sqlite(place)

/** Runs again as an operator would: who looks whether the table of the statement is there, and says so. */
async function runAgain(db: OwnedDatabase<typeof NO_TABLES>, folder: string): Promise<string> {
  const message = await messageOf(migrate(db, { folder }))
  if (message.startsWith('nothing was thrown')) return 'went on'
  const [, done, undone] =
    /if it is done, run keelson db migrate --resume-after (\d+); if it is not, run keelson db migrate --resume-after (\d+)\./.exec(
      message,
    ) ?? []
  const table = /create table (\w+)/.exec(message)?.[1]
  if (table === undefined || done === undefined) throw new Error(message)
  const isThere =
    await db.sql`select table_name from information_schema.tables where table_schema = database() and table_name = ${table}`
  // What is not one of the two is refused.
  expect(await messageOf(migrate(db, { folder, resumeAfter: 7 }))).toContain("Neither is 'resume after 7'")
  await migrate(db, { folder, resumeAfter: Number(isThere.length > 0 ? done : undone) })
  return 'was told'
}

describe.each(PLACES)('a runner on %s', (name, make) => {
  it('that is killed after any of its statements leaves what the next one can finish', async (context) => {
    const ends: string[] = []
    using folder = migrationFolder(FILES)
    const made = await make(folder)
    if (made === undefined) return context.skip('the server is not at hand')
    try {
      for (let at = 1, isKilled = true; isKilled; at++) {
        isKilled = await runKilled(at, made.place, folder.path)
        await using db = await openDatabase(adapterOf(made.place), NO_TABLES)
        ends.push(await runAgain(db, folder.path))
        expect(await db.sql`select id from one`).toEqual([{ id: 1 }])
        const { applied, pending, unfinished } = await migrationStatus(db, { folder: folder.path })
        expect([applied.length, pending, unfinished]).toEqual([1, [], undefined])
        await db.sql`drop table one`
        await db.sql`drop table keelson_migrations`
        await db.sql`drop table keelson_migration_runner`
      }
    } finally {
      await made.drop()
    }
    expect(ends.length).toBeGreaterThan(5)
    // Where DDL takes part in transactions nobody is asked.
    expect(new Set(ends)).toEqual(new Set(name === 'MariaDB' ? ['went on', 'was told'] : ['went on']))
  }, 300_000)
})

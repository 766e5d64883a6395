// The databases over which tests of all systems run, each of a test file's own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import type { Adapter } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { pglite } from '../src/pglite/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { sqlite, type SqliteOptions } from '../src/sqlite/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

/** A database of one test file. */
export interface MadeDatabase {
  readonly adapter: Adapter
  drop(): Promise<void>
}

/** Makes a database; undefined where its server is not at hand. */
export type MakeDatabase = () => Promise<MadeDatabase | undefined>

/** Systems by name. */
export const ALL_SYSTEMS: readonly (readonly [name: string, make: MakeDatabase])[] = [
  ['SQLite', () => inFile()],
  ['better-sqlite3', () => inFile({ driver: BetterSqlite3 })],
  [
    'PGlite',
    () =>
      Promise.resolve({
        adapter: pglite(),
        drop: () => Promise.resolve(),
      }),
  ],
  ['PostgreSQL', onPostgres],
  ['MariaDB', onMariadb],
]

function inFile(options: SqliteOptions = {}): Promise<MadeDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-db-'))
  const drop = async (): Promise<void> => rmSync(folder, { recursive: true })
  return Promise.resolve({ adapter: sqlite(join(folder, 'test.db'), options), drop })
}

async function onPostgres(): Promise<MadeDatabase | undefined> {
  const { url } = await findPostgres()
  if (url === undefined) return undefined
  const made = await makePostgres(url)
  return { adapter: postgres(made.url), drop: made.drop }
}

async function onMariadb(): Promise<MadeDatabase | undefined> {
  const { url } = await findMariadb()
  if (url === undefined) return undefined
  const made = await makeMariadb(url)
  return { adapter: mysql(made.url), drop: made.drop }
}

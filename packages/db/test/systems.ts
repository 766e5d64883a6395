// The databases over which tests of all systems run, each of a test file's own.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
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
  ['PGlite', onPglite],
  ['PostgreSQL', onPostgres],
  ['MariaDB', onMariadb],
]

/**
 * All but PGlite, for what the SQL of a repository means: that is PostgreSQL's there, on the same connection, and a PGlite takes seconds to
 * start.
 */
export const SYSTEMS = ALL_SYSTEMS.filter(([name]) => name !== 'PGlite')

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

/** A copy of a folder that was made once: PGlite starts there in a fifth of the time. */
export async function onPglite(): Promise<MadeDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-pglite-'))
  cpSync(PGLITE_FOLDER, folder, { recursive: true })
  return {
    adapter: pglite(folder),
    drop: async () => rmSync(folder, { recursive: true, maxRetries: 5 }),
  }
}

/** An empty database of the version that is installed and made in the same way, kept between runs. */
async function pgliteFolder(): Promise<string> {
  const made = createHash('sha256').update(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
  for (const text of WITHOUT_TEMPLATES) made.update(text)
  const path = join(import.meta.dirname, '../../../.cache', `pglite-${made.digest('hex').slice(0, 12)}`)
  return existsSync(path) ? path : makePgliteFolder(path)
}

/** Under another name until it is whole: several workers may make it at the same time. */
async function makePgliteFolder(path: string): Promise<string> {
  mkdirSync(join(path, '..'), { recursive: true })
  const unfinished = `${path}-${process.pid}`
  const connection = await pglite(unfinished).connect('any', AbortSignal.timeout(60_000))
  for (const text of WITHOUT_TEMPLATES) await connection.run({ text, isRead: false }, [])
  await connection.close()
  try {
    renameSync(unfinished, path)
  } catch (error) {
    if (!existsSync(path)) throw error
    rmSync(unfinished, { recursive: true })
  }
  return path
}

/** Its connection is to another database, and two thirds of the files that each test would copy are theirs. */
const WITHOUT_TEMPLATES = [
  'update pg_database set datistemplate = false',
  'drop database template0',
  'drop database template1',
]

/** Before the first test, whose limit of time it could pass on a busy machine where it is not there yet. */
const PGLITE_FOLDER = await pgliteFolder()

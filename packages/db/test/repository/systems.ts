// The databases over which the tests of repositories run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter } from '../../src/adapter/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from '../servers.ts'

/** A database of one test file. */
export interface Database {
  readonly adapter: Adapter
  drop(): Promise<void>
}

/** Makes a database; undefined where its server is not at hand. */
export type MakeDatabase = () => Promise<Database | undefined>

/** Systems by name. */
export const SYSTEMS: readonly (readonly [name: string, make: MakeDatabase])[] = [
  ['SQLite in memory', () => Promise.resolve({ adapter: sqlite(':memory:'), drop: () => Promise.resolve() })],
  ['SQLite', inFile],
  ['PostgreSQL', onPostgres],
  ['MariaDB', onMariadb],
]

function inFile(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-repository-'))
  const drop = async (): Promise<void> => rmSync(folder, { recursive: true })
  return Promise.resolve({ adapter: sqlite(join(folder, 'test.db')), drop })
}

async function onPostgres(): Promise<Database | undefined> {
  const { url } = await findPostgres()
  if (url === undefined) return undefined
  const made = await makePostgres(url)
  return { adapter: postgres(made.url), drop: made.drop }
}

async function onMariadb(): Promise<Database | undefined> {
  const { url } = await findMariadb()
  if (url === undefined) return undefined
  const made = await makeMariadb(url)
  return { adapter: mysql(made.url), drop: made.drop }
}

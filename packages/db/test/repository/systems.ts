// The databases over which the tests of repositories run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, Dialect } from '../../src/adapter/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { findPostgres, makePostgres } from '../servers.ts'

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
  ['SQLite with what MariaDB has', withLess],
  ['PostgreSQL', onPostgres],
]

function inFile(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-repository-'))
  const drop = async (): Promise<void> => rmSync(folder, { recursive: true })
  return Promise.resolve({ adapter: sqlite(join(folder, 'test.db')), drop })
}

/** The statements that MySQL and MariaDB get, where no server of theirs is at hand. */
function withLess(): Promise<Database> {
  const whole = sqlite(':memory:')
  const dialect = (): Dialect => {
    const { has, ...rest } = whole.dialect()
    return {
      ...rest,
      has: { ...has, rowValues: false, onConflict: false, returning: false, updateReturning: false },
    }
  }
  return Promise.resolve({ adapter: { ...whole, dialect }, drop: () => Promise.resolve() })
}

async function onPostgres(): Promise<Database | undefined> {
  const { url } = await findPostgres()
  if (url === undefined) return undefined
  const made = await makePostgres(url)
  return { adapter: postgres(made.url), drop: made.drop }
}

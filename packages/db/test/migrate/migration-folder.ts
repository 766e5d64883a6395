// A folder of migrations that a test writes, and databases in which they run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import { defineTables, openDatabase, type OpenDatabaseOptions, type OwnedDatabase } from '../../src/index.ts'
import { ALL_SYSTEMS, type MakeDatabase } from '../systems.ts'

export const NO_TABLES = defineTables({})

/** Systems with a driver each, and of which a test may open several connections. */
export const SYSTEMS = ALL_SYSTEMS.filter(([name]) => ['SQLite', 'PostgreSQL', 'MariaDB'].includes(name))

/** Files by name. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** A folder that is gone with its scope. */
export interface MigrationFolder extends Disposable {
  readonly path: string
  write(files: Files): void
  remove(file: string): void
  read(file: string): string
}

/** Makes a folder with files. */
export function migrationFolder(files: Files = {}, below: string = tmpdir()): MigrationFolder {
  const path = mkdtempSync(join(below, 'keelson-migrations-'))
  const folder: MigrationFolder = {
    path,
    write: (more) => {
      for (const [name, text] of Object.entries(more)) writeFileSync(join(path, name), text)
    },
    remove: (file) => rmSync(join(path, file)),
    read: (file) => readFileSync(join(path, file), 'utf8'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
  folder.write(files)
  return folder
}

/** A database of one test. */
export interface MigrationTest {
  readonly adapter: Adapter
  readonly db: OwnedDatabase<typeof NO_TABLES>
  readonly folder: MigrationFolder
  /** Tables that are no part of the history, in order. */
  tables(): Promise<readonly string[]>
}

/** Runs a test with a database and a folder of its own; it is skipped where there is no server. */
export function withDatabase(
  make: MakeDatabase,
  work: (test: MigrationTest) => Promise<void>,
  options: OpenDatabaseOptions = {},
): (context: TestContext) => Promise<void> {
  return async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    try {
      using folder = migrationFolder()
      await using db = await openDatabase(made.adapter, NO_TABLES, options)
      await work({ adapter: made.adapter, db, folder, tables: () => tablesOf(db, made.adapter) })
    } finally {
      await made.drop()
    }
  }
}

/** The message of what a promise rejects with. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof Error ? error.message : `nothing was thrown, but ${String(error)}`
}

async function tablesOf(db: OwnedDatabase<typeof NO_TABLES>, adapter: Adapter): Promise<readonly string[]> {
  const { system } = adapter.dialect()
  const rows =
    system === 'sqlite'
      ? await db.sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : system === 'postgresql'
        ? await db.sql<{
            name: string
          }>`select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace`
        : await db.sql<{
            name: string
          }>`select table_name as name from information_schema.tables where table_schema = database()`
  return rows
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('keelson_'))
    .sort()
}

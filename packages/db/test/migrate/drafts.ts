// Tables of which migrations are drafted by the commands, in a database of their own: there, back, and there again.
import { readdirSync } from 'node:fs'
import { token } from '@keelson/core'
import { expect, type TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { database, type AnyTables, type Database } from '../../src/index.ts'
import type { MakeDatabase } from '../systems.ts'
import { migrationFolder, type MigrationFolder } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

/** A database, and the folder of its migrations. */
export interface DraftTest {
  readonly folder: MigrationFolder
  /** A command, with these tables as those of the app. */
  run(tables: AnyTables, name: string, args?: Readonly<Record<string, unknown>>): Promise<Ended>
  /** Statements, and the rows of the last. */
  sql(...texts: readonly string[]): Promise<readonly unknown[]>
  /** The text of the file that was written last. */
  last(): string
}

/** Runs a test with a database and a folder of its own; it is skipped where there is no server. */
export function withDrafts(
  make: MakeDatabase,
  work: (test: DraftTest) => Promise<void>,
): (context: TestContext) => Promise<void> {
  return async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    const { adapter } = made
    try {
      using folder = migrationFolder()
      await work({
        folder,
        run: (tables, name, args) => {
          const migrations = { folder: folder.path }
          const plugin = database(token<Database<typeof tables>>('shop'), adapter, tables, { migrations })
          return runCommand([plugin], name, args)
        },
        sql: (...texts) => runTexts(adapter, texts),
        last: () => folder.read(readdirSync(folder.path).findLast((file) => file.endsWith('.sql')) ?? ''),
      })
    } finally {
      await made.drop()
    }
  }
}

async function runTexts(adapter: Adapter, texts: readonly string[]): Promise<readonly unknown[]> {
  await using connection = await ScratchConnection.open(adapter)
  await connection.run(texts.slice(0, -1))
  return (await connection.ask(texts.at(-1) ?? '', [])).rows
}

/** Drafts the first migration of these tables, and runs it. */
export async function begin({ run }: DraftTest, tables: AnyTables): Promise<void> {
  expect(await run(tables, 'db diff', { words: ['begin'] })).toMatchObject({ code: 0 })
  expect(await run(tables, 'db migrate')).toMatchObject({ code: 0 })
  expect(await run(tables, 'db check')).toMatchObject({ code: 0, err: '' })
}

/** Drafts the migration to other tables; it makes them, goes back to the first ones, and makes them again. */
export async function change(
  { run }: DraftTest,
  first: AnyTables,
  second: AnyTables,
  drop: readonly string[] = [],
): Promise<Ended> {
  const written = await run(second, 'db diff', { words: ['change'], drop })
  expect(written).toMatchObject({ code: 0 })
  expect(await run(second, 'db migrate')).toMatchObject({ code: 0 })
  expect(await run(second, 'db check')).toMatchObject({ code: 0, err: '' })
  expect(await run(first, 'db rollback')).toMatchObject({ code: 0 })
  expect(await run(second, 'db migrate')).toMatchObject({ code: 0 })
  expect(await run(second, 'db check')).toMatchObject({ code: 0, err: '' })
  return written
}

import { SetupError } from '@keelson/core'
import type { Adapter } from '../adapter/index.ts'
import { openDatabase, type Database } from '../database/index.ts'
import type { AnyTables } from '../table/index.ts'

/** What a database begins with. */
interface Beginning<TS extends AnyTables> {
  /** Of the migrations that make its tables; undefined where they are made as they are declared. */
  readonly folder: string | undefined
  readonly prepare: ((db: Database<TS>) => Promise<unknown>) | undefined
}

/** Makes tables and rows. @throws {SetupError} with what a migration or `prepare` threw as its cause */
export async function fillDatabase<TS extends AnyTables>(
  adapter: Adapter,
  tables: TS,
  { folder, prepare }: Beginning<TS>,
): Promise<void> {
  const making =
    folder === undefined ? { createTables: true } : { migrations: { folder, migrateAtStart: true } }
  await using db = await openDatabase(adapter, tables, making).catch((error: unknown) => {
    throw SetupError.is(error) ? error : failed('The migrations', 'the file', error)
  })
  try {
    await prepare?.(db)
  } catch (error) {
    throw failed('prepare', 'prepare', error)
  }
}

function failed(what: string, where: string, error: unknown): SetupError {
  const said = error instanceof Error ? error.message : String(error)
  return new SetupError(
    [
      {
        code: 'ERR_DB_DATABASE',
        place: 'databasePerWorker()',
        message: `${what} failed: ${said.replace(/\.$/, '')}.`,
        remedy: `Mend ${where}; its error is the cause of this one.`,
      },
    ],
    error,
  )
}

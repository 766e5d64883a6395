// Databases with tables, on every system, for the tests of a block.
import { afterAll, beforeAll, type TestContext } from 'vitest'
import {
  createTables,
  openDatabase,
  type AnyTables,
  type OpenDatabaseOptions,
  type OwnedDatabase,
} from '../src/index.ts'
import type { MadeDatabase, MakeDatabase } from './systems.ts'

/** A test that works on a database. */
type On<TS extends AnyTables> = (
  work: (db: OwnedDatabase<TS>) => Promise<void>,
) => (context: TestContext) => Promise<void>

/**
 * Opens a database of its own for the tests of the block around, which share its rows; they are skipped where there is none.
 *
 * @param hasTables - whether the tables are made
 */
export function openingDatabase<TS extends AnyTables>(
  make: MakeDatabase,
  tables: TS,
  options: OpenDatabaseOptions = {},
  hasTables = true,
): On<TS> {
  let made: MadeDatabase | undefined
  let db: OwnedDatabase<TS> | undefined
  beforeAll(async () => {
    made = await make()
    if (made === undefined) return
    db = await openDatabase(made.adapter, tables, options)
    if (hasTables) await createTables(db)
  })
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]()
    await made?.drop()
  })
  return (work) => async (context) =>
    db === undefined ? context.skip('the server is not at hand') : work(db)
}

import { afterAll, beforeAll, type TestContext } from 'vitest'
import type { RelationFacts, TableFacts } from '../../src/table/index.ts'
import { open, type Opened } from './opened.ts'
import type { Database, MakeDatabase } from './systems.ts'

/** A test that works on a database. */
type Wrap = (work: (opened: Opened) => Promise<void>) => (context: TestContext) => Promise<void>

/** Opens a database of its own for the tests of the block around, which share its tables; they are skipped where there is none. */
export function opening(
  make: MakeDatabase,
  tables: Readonly<Record<string, TableFacts>>,
  relations: Readonly<Record<string, readonly RelationFacts[]>> = {},
): Wrap {
  let database: Database | undefined
  let opened: Opened | undefined
  beforeAll(async () => {
    database = await make()
    if (database !== undefined) opened = await open(database.adapter, tables, relations)
  })
  afterAll(async () => {
    await opened?.close()
    await database?.drop()
  })
  return (work) => async (context) => {
    if (opened === undefined) return context.skip('the server is not at hand')
    opened.texts()
    await work(opened)
  }
}

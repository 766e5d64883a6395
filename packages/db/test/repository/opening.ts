import { afterAll, beforeAll, type TestContext } from 'vitest'
import type { AnyTables } from '../../src/index.ts'
import { open, type Opened } from './opened.ts'
import type { MadeDatabase, MakeDatabase } from '../systems.ts'

/** Makes a test of one that works on a database. */
type Wrap<TS extends AnyTables> = (
  work: (opened: Opened<TS>) => Promise<void>,
) => (context: TestContext) => Promise<void>

/** Opens a database of its own for the tests of the block around, which share its tables; they are skipped where there is none. */
export function opening<TS extends AnyTables>(make: MakeDatabase, tables: TS): Wrap<TS> {
  let database: MadeDatabase | undefined
  let opened: Opened<TS> | undefined
  beforeAll(async () => {
    database = await make()
    if (database !== undefined) opened = await open(database.adapter, tables)
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

// A database with tables, for the tests of repositories.
import { channel } from 'node:diagnostics_channel'
import { createFakeClock, createSeededRandom } from '@keelson/core/ports'
import {
  createTables,
  openDatabase,
  type Adapter,
  type AnyTables,
  type OwnedDatabase,
  type QueryMessage,
} from '../../src/index.ts'
import type { Session } from '../../src/session/index.ts'

/** A database that a test has for itself. */
export interface Opened<TS extends AnyTables> {
  readonly db: OwnedDatabase<TS>
  readonly session: Session
  readonly clock: ReturnType<typeof createFakeClock>
  /** Texts of statements that ended since the last call. */
  texts(): readonly string[]
  /** Runs SQL that no repository writes. */
  run(text: string): Promise<void>
  close(): Promise<void>
}

let count = 0

/** Opens a database and makes its tables. */
export async function open<TS extends AnyTables>(adapter: Adapter, tables: TS): Promise<Opened<TS>> {
  const clock = createFakeClock()
  const name = `repository${++count}`
  const db = await openDatabase(adapter, tables, { name, clock, random: createSeededRandom(1) })
  await createTables(db)
  const ran: string[] = []
  const listen = (message: unknown): void => {
    const { database, text } = message as QueryMessage
    if (database === name) ran.push(text)
  }
  channel('keelson:db:query').subscribe(listen)
  const { session } = db['~internal']
  return {
    db,
    session,
    clock,
    texts: () => ran.splice(0),
    run: async (text) =>
      void (await session.run({ statement: { text, isRead: false }, values: [], label: 'test' })),
    close: async () => {
      channel('keelson:db:query').unsubscribe(listen)
      await db[Symbol.asyncDispose]()
    },
  }
}

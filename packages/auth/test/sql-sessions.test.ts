import { createTables, openDatabase, type OwnedDatabase } from '@keelson/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionStoreSuite } from '@keelson/auth/suites'
import { findMariadb, findPostgres } from '../../db/test/servers.ts'
import { SYSTEMS, type MadeDatabase } from '../../db/test/systems.ts'
import { SqlSessions, tables } from './sql-sessions.ts'

const reasons: Readonly<Record<string, string>> = {
  PostgreSQL: (await findPostgres()).reason,
  MariaDB: (await findMariadb()).reason,
}

for (const [name, make] of SYSTEMS)
  describe.skipIf((reasons[name] ?? '') !== '')('sessions in a table', () => {
    let made: MadeDatabase
    let db: OwnedDatabase<typeof tables>
    beforeAll(async () => {
      made = (await make())!
      db = await openDatabase(made.adapter, tables)
      await createTables(db)
    })
    afterAll(async () => {
      await db[Symbol.asyncDispose]()
      await made.drop()
    })

    sessionStoreSuite(
      { describe, it, expect },
      {
        name: `of ${name}`,
        make: async () => {
          await db.sql`delete from sessions`
          return { store: new SqlSessions(db) }
        },
      },
    )
  })

// Sessions that are made in a transaction. SQLite and MariaDB let nobody end sessions of the table meanwhile; PostgreSQL does.
import { runInNewFrame } from '@keelson/core'
import { createTransactionScope, runInTransaction } from '@keelson/core/frames'
import { createMemoryBus, systemClock, systemRandom } from '@keelson/core/ports'
import { createTables, openDatabase } from '@keelson/db'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Sessions } from '@keelson/auth'
import { findPostgres } from '../../db/test/servers.ts'
import { SYSTEMS } from '../../db/test/systems.ts'
import { SqlSessions, tables } from './sql-sessions.ts'

const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never
const { reason } = await findPostgres()

describe.skipIf(reason !== '')('a session of a transaction', () => {
  it('has ended where all of its user were ended before the commit', async () => {
    const [, make] = SYSTEMS.find(([name]) => name === 'PostgreSQL')!
    const made = (await make())!
    onTestFinished(() => made.drop())
    await using db = await openDatabase(made.adapter, tables)
    await createTables(db)
    const options = { storeTimeoutMs: 10_000 }
    const ports = [systemClock, systemRandom, createMemoryBus(), log, options] as const
    const sessions = new Sessions(new SqlSessions(db), ...ports)
    const signInAnd = (work: () => Promise<unknown>) =>
      db.transaction(async () => {
        const { id } = await sessions.signIn(undefined, 'ada')
        await work()
        return id
      })
    const first = await signInAnd(() => Promise.resolve())
    expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([first])
    await signInAnd(() => runInNewFrame(() => sessions.revokeAll('ada')))
    await expect.poll(() => sessions.list('ada')).toEqual([])
  })

  it('has ended as well where nobody knows whether that is committed', async () => {
    const [, make] = SYSTEMS.find(([name]) => name === 'PostgreSQL')!
    const made = (await make())!
    onTestFinished(() => made.drop())
    await using db = await openDatabase(made.adapter, tables)
    await createTables(db)
    const options = { storeTimeoutMs: 10_000 }
    const ports = [systemClock, systemRandom, createMemoryBus(), log, options] as const
    const sessions = new Sessions(new SqlSessions(db), ...ports)
    const lost = createTransactionScope({ name: 'lost', onError: () => {} })
    await db.transaction(async () => {
      await runInTransaction(lost, () => sessions.signIn(undefined, 'ada'))
      await runInNewFrame(() => sessions.revokeAll('ada'))
    })
    expect(await sessions.list('ada')).toHaveLength(1)
    await lost.unknown()
    expect(await sessions.list('ada')).toEqual([])
  })
})

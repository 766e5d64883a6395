import { afterCommit } from '@keelson/core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Adapter } from '../src/adapter/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { findPostgres, makePostgres } from './servers.ts'

const { url } = await findPostgres()
const made = url === undefined ? undefined : await makePostgres(url)
afterAll(() => made?.drop())
const systems: [string, () => Adapter][] = [
  ['sqlite', () => sqlite(':memory:', { acquireTimeoutMs: 500 })],
  ...(made === undefined
    ? []
    : [['postgres', () => postgres(made.url, { acquireTimeoutMs: 500 })] as [string, () => Adapter]]),
]

describe.each(systems)('a database isolated for a test, on %s', (_name, adapter) => {
  let db: OpenedSession
  beforeEach(async () => {
    db = await openSession(adapter())
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
    await db.run('insert into notes values (0)')
  })
  afterEach(() => db[Symbol.asyncDispose]())
  const insert = (id: number): Promise<unknown> => db.run(`insert into notes values (${id})`)
  const ids = (): Promise<unknown[]> => db.list('select id from notes order by id')

  it('rolls back whatever was done, committed or not', async () => {
    const end = await db.session.isolate()
    await insert(1)
    await db.session.transaction(() => insert(2))
    expect(await ids()).toEqual([0, 1, 2])
    await end()
    expect(await ids()).toEqual([0])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('lets what fails harm nothing else, as without it', async () => {
    const end = await db.session.isolate()
    await expect(insert(0)).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
    const failing = db.session.transaction(async () => {
      await insert(1)
      await insert(1)
    })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
    expect(await ids()).toEqual([0])
    await end()
  })

  it('takes what runs side by side in turn, and runs the work after each commit', async () => {
    const end = await db.session.isolate()
    const seen: unknown[] = []
    const one = (id: number): Promise<unknown> =>
      db.session.transaction(async () => {
        await afterCommit(async () => void seen.push([id, (await ids()).includes(id)]))
        await insert(id)
        await db.session.transaction(() => insert(id + 10), { propagation: 'new' })
        await db.session.transaction(() => insert(id + 20), { propagation: 'nested' })
      })
    await Promise.all([one(1), one(2), insert(9)])
    expect(seen).toEqual([
      [1, true],
      [2, true],
    ])
    expect(await ids()).toEqual([0, 1, 2, 9, 11, 12, 21, 22])
    await end()
    expect(await ids()).toEqual([0])
  })

  it('waits for its turn no longer than for a connection', async () => {
    const end = await db.session.isolate()
    let over = (): void => {}
    const first = db.session.transaction(() => new Promise<void>((resolve) => (over = resolve)), {
      name: 'first',
    })
    const second = db.session.transaction(() => insert(1), { name: 'second' })
    await expect(second).rejects.toMatchObject({
      code: 'ERR_DB_BUSY',
      message: "'second' waited 500 ms for another transaction of the test. Await that before.",
    })
    over()
    await first
    expect(await ids()).toEqual([0])
    await end()
  })

  it('is isolated once', async () => {
    const end = await db.session.isolate()
    await expect(db.session.isolate()).rejects.toThrow('is isolated for a test already')
    await end()
  })
})

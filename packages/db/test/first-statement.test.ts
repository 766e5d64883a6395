// A transaction takes a connection, and begins on the server, with its first statement.
import { channel } from 'node:diagnostics_channel'
import { afterCommit, runInNewFrame } from '@keelson/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { QueryMessage } from '../src/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { SYSTEMS, type MadeDatabase } from './systems.ts'

describe.each(SYSTEMS)('the first statement of a transaction on %s', (_name, make) => {
  let made: MadeDatabase | undefined
  let db: OpenedSession
  const texts: string[] = []
  const note = (message: unknown): void => void texts.push((message as QueryMessage).text)
  beforeAll(async () => {
    made = await make()
    if (made === undefined) return
    db = await openSession(made.adapter)
    await db.run('create table notes (id integer primary key)')
  })
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]()
    await made?.drop()
  })
  beforeEach(async ({ skip }) => {
    if (made === undefined) return skip('the server is not at hand')
    await db.run('delete from notes')
    texts.length = 0
    channel('keelson:db:query').subscribe(note)
  })
  afterEach(() => {
    channel('keelson:db:query').unsubscribe(note)
  })
  const insert = (id: number): Promise<unknown> => db.run(`insert into notes values (${id})`)
  const ids = (): Promise<unknown[]> => db.list('select id from notes order by id')
  const held = (): unknown[] => [...db.pool.holders()]
  const boom = new Error('boom')

  it('is the first that the server is told; without one it is told nothing', async () => {
    const done: string[] = []
    await db.session.transaction(() => afterCommit(() => done.push('committed')))
    await expect(db.session.transaction(() => Promise.reject(boom))).rejects.toBe(boom)
    expect([texts, done]).toEqual([[], ['committed']])
    await db.session.transaction(async () => {
      expect(held()).toEqual([])
      await db.session.transaction(() => insert(1), { propagation: 'nested' })
    })
    expect(await ids()).toEqual([1])
  })

  it('waits for what the transaction waits for, and holds nothing meanwhile', async () => {
    let come = (): void => {}
    const waitsFor = (): Promise<void> => new Promise((resolve) => (come = resolve))
    const work = db.session.transaction(() => Promise.all([insert(1), insert(2), insert(3)]), { waitsFor })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([texts, held()]).toEqual([[], []])
    come()
    await work
    expect(await ids()).toEqual([1, 2, 3])
  })

  it('fails the transaction where it cannot begin, caught or not', async () => {
    const work = db.session.transaction(
      async () => {
        await Promise.allSettled([insert(1), insert(2)])
        await db.session.transaction(() => insert(3), { propagation: 'nested' }).catch(() => {})
      },
      { waitsFor: () => Promise.reject(boom) },
    )
    await expect(work).rejects.toBe(boom)
    expect([texts, held()]).toEqual([[], []])
  })

  it('is not waited for where the code beside it has failed, and is never run', async () => {
    let come = (): void => {}
    const waitsFor = (): Promise<void> => new Promise((resolve) => (come = resolve))
    let inserted: Promise<unknown> | undefined
    const work = db.session.transaction(() => Promise.all([(inserted = insert(1)), Promise.reject(boom)]), {
      waitsFor,
    })
    await expect(work).rejects.toBe(boom)
    come()
    await expect(inserted).rejects.toMatchObject({ code: 'ERR_DB_TRANSACTION' })
    expect([texts, held()]).toEqual([[], []])
  })

  it('waits no longer than its frame lasts', async () => {
    const waitsFor = (): Promise<never> => new Promise(() => {})
    const work = runInNewFrame(() => db.session.transaction(() => insert(1), { waitsFor }), {
      deadlineMs: 30,
    })
    await expect(work).rejects.toThrow('longer than 30 ms')
    expect([texts, held()]).toEqual([[], []])
  })
})

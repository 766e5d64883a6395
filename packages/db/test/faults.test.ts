// What is left of a transaction when the network fails at one of its steps, and what waits for a server that is silent.
import { runInNewFrame } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { afterAll, describe, expect, it } from 'vitest'
import type { PoolOptions } from '../src/adapter/index.ts'
import { openNetwork, type Fault, type FaultyNetwork } from './faulty-network.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { adapterThrough, networkedServers } from './networked-servers.ts'

const reachable = await networkedServers()
afterAll(() => Promise.all(reachable.map((server) => server.drop())))

describe.each(reachable)('a network to $name', (server) => {
  const direct = (): Promise<OpenedSession> => openSession(server.adapter(server.url, {}))
  const through = (network: FaultyNetwork, options: PoolOptions = {}): Promise<OpenedSession> =>
    openSession(adapterThrough(network, server, options))
  const prepare = async (db: OpenedSession): Promise<void> => {
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
  }

  it.each<[string, Fault, RegExp]>([
    ['at BEGIN', { kind: 'cut', at: /begin|start transaction/i, isSent: false }, /^ERR_DB_CONNECTION$/],
    ['at the first statement', { kind: 'cut', at: /values \(1\)/i, isSent: false }, /^ERR_DB_CONNECTION$/],
    ['after the first statement', { kind: 'cut', at: /values \(1\)/i, isSent: true }, /^ERR_DB_CONNECTION$/],
    ['at the second statement', { kind: 'cut', at: /values \(2\)/i, isSent: false }, /^ERR_DB_CONNECTION$/],
    ['after the second statement', { kind: 'cut', at: /values \(2\)/i, isSent: true }, /^ERR_DB_CONNECTION$/],
    ['at COMMIT', { kind: 'cut', at: /\bcommit\b/i, isSent: false }, /^ERR_DB_OUTCOME_UNKNOWN$/],
    ['after COMMIT', { kind: 'cut', at: /\bcommit\b/i, isSent: true }, /^ERR_DB_OUTCOME_UNKNOWN$/],
  ])('that is cut %s never leaves half of a transaction', async (step, fault, code) => {
    await using observer = await direct()
    await prepare(observer)
    await using network = await openNetwork(server.port)
    await using db = await through(network)
    let ends = ''
    network.fault = fault
    const work = db.session.transaction(
      async () => {
        currentTransaction()?.afterCommit(() => (ends += 'committed'))
        currentTransaction()?.afterRollback(() => (ends += 'rolled back'))
        currentTransaction()?.afterUnknown(() => (ends += 'unknown'))
        await db.run('insert into notes values (1)')
        await db.run('insert into notes values (2)')
      },
      { retries: 0 },
    )
    await expect(work).rejects.toMatchObject({ code: expect.stringMatching(code) })
    network.fault = { kind: 'none' }
    const left = await observer.list('select id from notes order by id')
    expect(left).toEqual(step === 'after COMMIT' ? [1, 2] : [])
    expect(ends).toBe(step.endsWith('COMMIT') ? 'unknown' : 'rolled back')
    expect([...db.pool.holders()]).toEqual([])
    // The next one finds a connection.
    await db.session.transaction(() => db.run('insert into notes values (9)'))
  })

  it('that has cut what was idle is not seen by the next transactions', async () => {
    await using network = await openNetwork(server.port)
    await using db = await through(network, { poolSize: 3 })
    await prepare(db)
    for (const options of [{}, { readOnly: true }]) {
      let holders = 0
      await Promise.all(
        [1, 2, 3].map(() =>
          db.session.transaction(async () => {
            await db.run('select 1', [], true)
            holders += 1
            // One that is still being made would fail for another reason.
            await expect.poll(() => holders).toBe(3)
          }),
        ),
      )
      network.dieUnnoticed()
      let works = 0
      await Promise.all(
        [1, 2, 3, 4, 5].map(() =>
          db.session.transaction(
            async () => {
              works += 1
              await db.run('select 1', [], true)
            },
            { ...options, retries: 0 },
          ),
        ),
      )
      expect(works).toBe(5)
      expect([...db.pool.holders()]).toEqual([])
    }
  })

  it('that is silent holds nothing for ever: a statement, a cancelled one, a new connection', async () => {
    await using network = await openNetwork(server.port)
    await using db = await through(network, {
      statementTimeoutMs: 500,
      connectTimeoutMs: 500,
      acquireTimeoutMs: 1500,
    })
    network.fault = { kind: 'hang' }
    await expect(db.run('select 1', [], true)).rejects.toMatchObject({
      code: 'ERR_DB_CONNECTION',
      status: 503,
    })
    await expect(db.run('select 1', [], true)).rejects.toMatchObject({ status: 503 })
    network.fault = { kind: 'none' }
    expect(await db.list('select 1')).toEqual([1])
    network.fault = { kind: 'hang' }
    const cancelled = runInNewFrame(() => db.run('select 1', [], true), { deadlineMs: 50 })
    await expect(cancelled).rejects.toThrow('longer than 50 ms')
    network.fault = { kind: 'none' }
    expect([...db.pool.holders()]).toEqual([])
  })

  it('under load, cut and back, gives typed errors and then answers', async () => {
    await using network = await openNetwork(server.port)
    await using db = await through(network, { poolSize: 4, acquireTimeoutMs: 1000, connectTimeoutMs: 500 })
    const codes = new Set<unknown>()
    const one = (): Promise<void> =>
      db.run('select 1', [], true).then(
        () => {},
        (error: { code?: unknown }) => void codes.add(error.code),
      )
    for (let round = 0; round < 20; round++) {
      network.fault = round % 5 === 2 ? { kind: 'cut', at: /[^]/, isSent: false } : { kind: 'none' }
      await Promise.all(Array.from({ length: 20 }, one))
    }
    expect(codes).toContain('ERR_DB_CONNECTION')
    expect([...codes].filter((code) => code !== 'ERR_DB_CONNECTION' && code !== 'ERR_DB_BUSY')).toEqual([])
    expect(await db.list('select 1')).toEqual([1])
    expect([...db.pool.holders()]).toEqual([])
  })
})

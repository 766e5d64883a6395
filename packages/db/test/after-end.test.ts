// Work for after a commit or a rollback: whose end it waits for, and for how long that is waited for.
import { afterCommit } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { createFakeClock, type FakeClock } from '@keelson/core/ports'
import { createMemoryLogger } from '@keelson/core/spi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqlite } from '../src/sqlite/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'

const LIMIT_MS = 10_000
const boom = new Error('boom')

/** Work that does not end. */
const forever = (): Promise<void> => new Promise(() => {})

describe('work after the end', () => {
  let log: ReturnType<typeof createMemoryLogger>
  let clock: FakeClock
  let db: OpenedSession
  beforeEach(async () => {
    log = createMemoryLogger()
    clock = createFakeClock()
    db = await openSession(sqlite(':memory:'), {}, log.log, clock)
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const nested = (work: () => unknown): Promise<unknown> =>
    db.session.transaction(() => Promise.resolve(work()), { propagation: 'nested' })
  const onRollback = (work: () => unknown): void => currentTransaction()?.afterRollback(work)

  /** Each ends with work that does not: what of, with what outcome. */
  const ends: readonly [string, unknown, () => Promise<unknown>][] = [
    ['a commit', 'committed', () => db.session.transaction(() => afterCommit(forever))],
    [
      'the commit around a savepoint',
      'committed',
      () => db.session.transaction(() => nested(() => afterCommit(forever))),
    ],
    [
      'a rollback',
      boom,
      () =>
        db.session.transaction(() => {
          onRollback(forever)
          throw boom
        }),
    ],
    [
      'the rollback around a released savepoint',
      boom,
      () =>
        db.session.transaction(async () => {
          await nested(() => onRollback(forever))
          throw boom
        }),
    ],
    [
      'the rollback of a savepoint',
      'committed',
      () =>
        db.session.transaction(() =>
          nested(() => {
            onRollback(forever)
            throw boom
          }).catch(() => {}),
        ),
    ],
  ]

  it.each(ends)('is waited for, and no longer than its limit, after %s', async (_end, outcome, run) => {
    const ended: unknown[] = []
    const over = run().then(
      () => ended.push('committed'),
      (error: unknown) => ended.push(error),
    )
    await clock.advance(LIMIT_MS - 1)
    expect([ended, log.lines]).toEqual([[], []])
    await clock.advance(1)
    await over
    expect(ended).toEqual([outcome])
    expect(log.lines).toMatchObject([
      {
        msg: 'work after the end of a transaction failed',
        err: { message: expect.stringMatching(/takes longer than 10000 ms/) },
      },
    ])
    expect(await db.list('select 1')).toEqual([1])
  })

  it('of a savepoint that was rolled back is done at once, and that for its commit never', async () => {
    const done: string[] = []
    await db.session.transaction(async () => {
      await nested(async () => {
        await afterCommit(() => done.push('commit'))
        onRollback(() => done.push('rollback'))
        await nested(() => onRollback(() => done.push('rollback within')))
        throw boom
      }).catch(() => {})
      done.push('next')
    })
    expect(done).toEqual(['rollback', 'rollback within', 'next'])
  })

  it('that is over keeps nothing waiting', async () => {
    await db.session.transaction(() => afterCommit(() => {}))
    expect(clock.pendingTimers).toBe(0)
  })

  it('changes nothing of the end when it fails', async () => {
    const result = await db.session.transaction(async () => {
      await nested(() => afterCommit(() => Promise.reject(boom)))
      return 'done'
    })
    expect([result, log.lines]).toMatchObject(['done', [{ err: { message: 'boom' } }]])
  })
})

import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, TransactionError } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

const tables = defineTables({
  counters: table('counters', { id: integer().primary(), count: integer() }),
  steps: table('steps', { id: integer().primary(), counterId: integer().references('counters') }),
})

describe.each(SYSTEMS)('a lock on %s', (_system, make) => {
  const on = opening(make, tables)

  it(
    'keeps rows until the transaction ends, so that no change is lost',
    on(async ({ db }) => {
      await db.counters.insert({ id: 1, count: 0 })
      await db.steps.insert({ id: 1, counterId: 1 })
      const where = { id: 1 }
      const add = (read: () => Promise<{ readonly count: number }>): Promise<void> =>
        db.transaction(async () => {
          const { count } = await read()
          await db.counters.updateMany({ where, set: { count: count + 1 } })
        })
      const reads = [
        async () => (await db.counters.find({ where, lock: 'update' }))[0]!,
        async () => (await db.counters.first({ where, orderBy: { id: 'asc' }, lock: 'update' }))!,
        async () => (await db.counters.with('steps').first({ where, lock: 'update' }))!,
      ]
      await Promise.all(Array.from({ length: 9 }, (_, at) => add(reads[at % reads.length]!)))
      expect(await db.counters.byId(1)).toEqual({ id: 1, count: 9 })
    }),
  )

  it(
    'takes a transaction that may write',
    on(async ({ db }) => {
      const find = (): Promise<unknown> => db.counters.find({ lock: 'update' })
      await expect(find()).rejects.toThrow(TransactionError)
      await expect(find()).rejects.toThrow(
        'counters.find locks rows, and no transaction is around: the locks would end with the statement. Write db.transaction(async () => { … })',
      )
      await expect(db.transaction(find, { readOnly: true })).rejects.toThrow(
        'counters.find locks rows, but its transaction is read-only. Omit readOnly.',
      )
      const end = await db['~internal'].session.isolate()
      await expect(find()).rejects.toThrow('no transaction is around')
      await expect(db.transaction(find)).resolves.toBeDefined()
      await end()
    }),
  )

  it(
    'is that of an update, and streams and pages have none',
    on(async ({ db }) => {
      const locked = (lock: unknown): Promise<unknown> =>
        db.transaction(() => db.counters.find({ lock: lock as never }))
      await expect(locked('share')).rejects.toThrow("The lock of counters.find must be 'update'.")
      await expect(locked(true)).rejects.toThrow("must be 'update'")
      expect(() => db.counters.stream({ lock: 'update' } as never)).toThrow("does not have the option 'lock'")
      await expect(db.counters.page({}, { lock: 'update' } as never)).rejects.toThrow(
        "does not have the option 'lock'",
      )
    }),
  )
})

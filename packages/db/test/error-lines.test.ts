import { describe, expect, it } from 'vitest'
import { defineTables, integer, table, text } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Notes = table('notes', {
  id: integer().primary(),
  name: text({ maxLength: 9 }).unique(),
  noteId: integer().references('notes', { as: 'around', inverse: 'within' }).nullable(),
})
const tables = defineTables({ notes: Notes })

/** Which line of this file the stack of what it rejects with names first. */
async function lineOf(work: () => Promise<unknown>): Promise<string | undefined> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return /error-lines\.test\.ts:(\d+)/.exec(String((error as Error).stack))?.[1]
}

describe.each(ALL_SYSTEMS)('the stack of an error on %s', (_name, make) => {
  const sited = openingDatabase(make, tables, { callSites: true })
  const plain = openingDatabase(make, tables, { callSites: false })

  it(
    'names the line of the program',
    sited(async (db) => {
      await db.notes.insert({ id: 1, name: 'a' })
      const query = db.kysely.selectFrom('nots' as never).selectAll()
      const [base] = (/error-lines\.test\.ts:(\d+)/.exec(new Error('here').stack ?? '') ?? []).slice(1)
      const cases: readonly (() => Promise<unknown>)[] = [
        () => db.notes.insert({ id: 2, name: 'a' }),
        () => db.notes.insert({ id: 2, name: 'b', noteId: 7 }),
        () => db.notes.insert({ id: 2, name: 'more than nine' }),
        () => db.notes.byId('x' as never),
        () => db.notes.find({ where: { nope: 1 } as never }),
        () => db.notes.update({ id: 9 } as never, { name: 'b' }),
        () => db.sql`selec`,
        () => query.execute(),
        () => db.transaction(async () => await db.notes.insert({ id: 1, name: 'c' })),
        () => db.transaction(async () => await db.sql`selec`),
      ]
      for (const [at, work] of cases.entries())
        expect({ at, line: await lineOf(work) }).toEqual({ at, line: String(Number(base) + 2 + at) })
    }),
  )

  it(
    'is that of Node where no call sites are taken',
    plain(async (db) => {
      const error: unknown = await db.sql`selec`.catch((thrown: unknown) => thrown)
      expect((error as Error).stack).not.toMatch(/at sql \(/)
    }),
  )
})

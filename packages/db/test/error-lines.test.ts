import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { defineTables, integer, openDatabase, table, text } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Notes = table('notes', {
  id: integer().primary(),
  name: text({ maxLength: 9 }).unique(),
  noteId: integer().references('notes', { as: 'around', inverse: 'within' }).nullable(),
})
const tables = defineTables({ notes: Notes, ghosts: table('ghosts', { id: integer().primary() }) })

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
    'names the line that asked for a stream, whoever reads it',
    sited(async (db) => {
      await db.sql`drop table ghosts`
      const here = Number((/error-lines\.test\.ts:(\d+)/.exec(new Error('here').stack ?? '') ?? [])[1])
      const rows = db.ghosts.stream()
      const read = async (): Promise<void> => {
        for await (const _ of rows) break
      }
      const error: unknown = await read().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'ERR_DB_STATEMENT',
        stack: expect.stringContaining(
          `\n    at ghosts.stream (packages/db/test/error-lines.test.ts:${here + 1})`,
        ),
      })
      const open = db.transaction(async () => {
        await db.notes.stream()[Symbol.asyncIterator]().next()
      })
      await expect(open).rejects.toThrow(
        /notes\.stream \(packages\/db\/test\/error-lines\.test\.ts:\d+\) was begun/,
      )
    }),
  )

  it(
    'is that of Node where no call sites are taken',
    plain(async (db) => {
      const error: unknown = await db.sql`selec`.catch((thrown: unknown) => thrown)
      expect((error as Error).stack).not.toMatch(/at sql \(/)
      const open = db.transaction(() => void db.notes.count())
      await expect(open).rejects.toThrow(/and notes\.count was begun and not awaited/)
      await db.notes.insert({ id: 1, name: 'a' })
      const streamed = db.transaction(() => db.notes.stream()[Symbol.asyncIterator]().next())
      await expect(streamed).rejects.toThrow(/and notes\.stream was begun and not awaited/)
    }),
  )
})

describe('call sites', () => {
  it('are taken in production where they are asked for alone', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    for (const [callSites, isNamed] of [
      [undefined, false],
      [false, false],
      [true, true],
    ] as const) {
      await using db = await openDatabase(sqlite(':memory:'), tables, { callSites })
      const error: unknown = await db.sql`selec`.catch((thrown: unknown) => thrown)
      expect(/at sql \(/.test(String((error as Error).stack))).toBe(isNamed)
    }
  })
})

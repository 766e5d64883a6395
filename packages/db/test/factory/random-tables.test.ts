// Whatever the tables are, each database takes what factories make of them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTables, defineTables, openDatabase, type AnyTable, type AnyTables } from '../../src/index.ts'
import { factory } from '../../src/testing/index.ts'
import { models, tablesOf, type Model } from '../diff/models.ts'
import { SYSTEMS } from '../migrate/migration-folder.ts'
import type { MakeDatabase } from '../systems.ts'
import { limitedTable, ROWS } from './limited-tables.ts'

const SEED = Number(process.env['KEELSON_TEST_SEED'] ?? 1)

describe.each(SYSTEMS)('on %s, rows of factories', (name, make) => {
  const runs = Number(process.env['KEELSON_TEST_RUNS'] ?? (name === 'SQLite' ? 30 : 4))
  const options = { numRuns: runs, seed: SEED, endOnFailure: true }

  it(
    'are within the limits of their columns, and have no key twice',
    async (context) => {
      if (!(await isAtHand(make))) return context.skip('the server is not at hand')
      const tables = fc.record({ one: limitedTable('one'), other: limitedTable('other') })
      await fc.assert(
        fc.asyncProperty(tables, (given) => expectTaken(make, defineTables(given as never), ROWS)),
        options,
      )
    },
    60_000 + runs * 10_000,
  )

  it(
    'have the rows that they refer to, unless these are a circle',
    async (context) => {
      if (!(await isAtHand(make))) return context.skip('the server is not at hand')
      const property = fc.asyncProperty(models, async ([model]) => {
        const outcome = await expectTaken(make, tablesOf(model), 3).then(
          () => 'taken',
          (error: Error) => error.message,
        )
        expect(outcome).toMatch(hasCircle(model) ? /are a circle/ : /^taken$/)
      })
      await fc.assert(property, options)
    },
    60_000 + runs * 10_000,
  )
})

async function isAtHand(make: MakeDatabase): Promise<boolean> {
  const made = await make()
  await made?.drop()
  return made !== undefined
}

/** Inserts rows of each table, and counts those that are there. */
async function expectTaken(make: MakeDatabase, tables: AnyTables, rows: number): Promise<void> {
  const made = await make()
  try {
    await using db = await openDatabase(made!.adapter, tables)
    await createTables(db)
    for (const [key, table] of Object.entries(tables)) {
      const repository = (db as unknown as Record<string, { count(): Promise<number> }>)[key]!
      const before = await repository.count()
      await factory<AnyTable>(table).insertMany(db, rows)
      expect(await repository.count()).toBe(before + rows)
    }
  } finally {
    await made?.drop()
  }
}

/** Whether tables must refer to each other in a circle; one that refers to itself is none. */
function hasCircle(model: Model): boolean {
  const reaches = (from: number, to: number, seen: readonly number[]): boolean =>
    model
      .find(({ id }) => id === from)!
      .columns.some(
        ({ refersTo, isNullable, hasNull, kind }) =>
          refersTo !== undefined &&
          refersTo !== from &&
          ((!isNullable && !hasNull) || kind === 'version') &&
          model.some(({ id }) => id === refersTo) &&
          (refersTo === to || (!seen.includes(refersTo) && reaches(refersTo, to, [...seen, refersTo]))),
      )
  return model.some(({ id }) => reaches(id, id, [id]))
}

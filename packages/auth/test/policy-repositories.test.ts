import type { Condition } from '@keelson/core/conditions'
import { definePolicy } from '@keelson/auth'
import { sql } from '@keelson/db'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLUMNS, ROWS, ruleOver, type Column, type Rule } from './policy-databases/rows.ts'
import { Records, SYSTEMS, type FilledDatabase } from './policy-databases/systems.ts'

const SEED = Number(process.env['KEELSON_TEST_SEED'] ?? 1073)
const NAMES = Object.keys(COLUMNS) as Column[]

type Columns = (typeof Records)['columns']
const { allows, canList } = definePolicy<{ user: { rule: Rule } }>()((resource) => ({
  Record: resource(Records)(({ where }) => ({
    read: where(({ user }, record) =>
      (user.rule as unknown as (record: unknown) => boolean | Condition<Columns>)(record),
    ),
  })),
}))
const { run } = canList('read', 'Record') as unknown as {
  run(ctx: object): { readonly visible: Condition<Columns> }
}

/** Places of the rows for which the rule admits the caller, one by one. */
function admitted(rule: Rule): readonly number[] {
  return ROWS.filter((row) => allows({ user: { rule } }, 'read', 'Record', row as never)).map(
    ({ place }) => place,
  )
}

describe.each(SYSTEMS)('a list of a repository on %s', (_name, runs, open) => {
  let filled: FilledDatabase | undefined
  beforeAll(async () => {
    filled = await open()
  })
  afterAll(() => filled?.drop())

  it('shows never more and never less than the single records do', async ({ skip }) => {
    if (filled === undefined) return skip('the server is not at hand')
    const { db } = filled
    const property = fc.asyncProperty(ruleOver(NAMES), async (rule) => {
      const { visible } = run({ user: { rule } })
      const rows = await db.records.find({ where: visible, orderBy: { place: 'asc' } })
      expect(rows.map(({ place }) => place)).toEqual(admitted(rule))
    })
    await fc.assert(property, { numRuns: runs, seed: SEED })
  })

  it('is the same through db.sql and db.kysely', async ({ skip }) => {
    if (filled === undefined) return skip('the server is not at hand')
    const { db } = filled
    const property = fc.asyncProperty(ruleOver(NAMES), async (rule) => {
      const { visible } = run({ user: { rule } })
      const written = await db.sql<{ place: number }>`
        select place from policy_records where ${sql.where(Records, visible)} order by place`
      expect(written.map(({ place }) => place)).toEqual(admitted(rule))
      const rows = await db.kysely
        .selectFrom('records as r')
        .select('r.place')
        .where(db.where(Records, visible, { alias: 'r' }))
        .orderBy('r.place')
        .execute()
      expect(rows.map(({ place }) => place)).toEqual(admitted(rule))
    })
    await fc.assert(property, { numRuns: runs, seed: SEED })
  })
})

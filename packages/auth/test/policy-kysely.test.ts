import type { Condition } from '@keelson/core/conditions'
import { definePolicy, toWhere } from '@keelson/auth'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COLUMNS, ROWS, ruleOver, type Row, type Rule } from './policy-databases/rows.ts'
import { FOREIGN, type ForeignDatabase } from './policy-databases/servers.ts'

const SEED = Number(process.env['KEELSON_TEST_SEED'] ?? 1068)

const records = { columns: COLUMNS, '~row': {} as Record<string, unknown> }
const { allows, canList } = definePolicy<{ user: { rule: Rule } }>()((resource) => ({
  Record: resource(records)(({ where }) => ({
    read: where(({ user }, record) =>
      (user.rule as (record: unknown) => boolean | Condition<typeof COLUMNS>)(record),
    ),
  })),
}))
const { run } = canList('read', 'Record') as unknown as {
  run(ctx: object): { readonly visible: Condition<typeof COLUMNS> }
}

/** Places of the rows for which the rule admits the caller, one by one, as Kysely reads them. */
function admitted(rule: Rule, rows: readonly Row[]): readonly number[] {
  return rows.filter((row) => allows({ user: { rule } }, 'read', 'Record', row)).map(({ place }) => place)
}

describe.each(FOREIGN)('a list through Kysely on %s', (_name, runs, open) => {
  let foreign: ForeignDatabase | undefined
  beforeAll(async () => {
    foreign = await open()
  })
  afterAll(() => foreign?.drop())

  async function listed(rule: Rule): Promise<readonly number[]> {
    const { visible } = run({ user: { rule } })
    const { kysely, dialect } = foreign!
    const rows = await kysely
      .selectFrom('records as r')
      .select('place')
      .where((eb) => toWhere(visible, eb, { dialect, columns: COLUMNS, table: 'r' }))
      .orderBy('place')
      .execute()
    return rows.map(({ place }) => Number(place))
  }

  it('shows never more and never less than the single records do', async ({ skip }) => {
    if (foreign === undefined) return skip('the server is not at hand')
    const { rows } = foreign
    expect(rows).toHaveLength(ROWS.length)
    const property = fc.asyncProperty(ruleOver(foreign.names), async (rule) => {
      expect(await listed(rule)).toEqual(admitted(rule, rows))
    })
    await fc.assert(property, { numRuns: runs, seed: SEED })
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bytes, defineTables, integer, table, text } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { openingDatabase } from '../opened-systems.ts'

const Notes = table('notes', {
  id: integer().primary(),
  body: text({ maxLength: 16_000, pattern: '^.*!$' }),
  title: text({ maxLength: 16_000 }).nullable(),
  code: text({ maxLength: 670 }).unique(),
  digest: bytes({ maxLength: 20_000 }),
})
const tables = defineTables({ notes: Notes })
/** The longest cursor that `page()` of `@keelson/http` reads. */
const LONGEST = 6144

/** Rows with values that begin alike for longer than any cursor, in each width of characters. */
const FILLS = ['a', '\u{1f600}', '\u0001', '"']
const rows = Array.from({ length: 24 }, (_, at) => {
  const fill = FILLS[at % FILLS.length] as string
  const noise = createHash('sha256').update(String(at)).digest('hex')
  return {
    id: at,
    body: `${fill.repeat(at % 3 === 0 ? 3 : 7000)}${noise}!`,
    title: at % 5 === 0 ? null : `${noise}${fill.repeat(3000)}`,
    code: `${fill.repeat(600)}${noise}`,
    digest: Buffer.from(fill.repeat(2500) + noise).toString('base64url'),
  }
})

describe.each(SYSTEMS)('a page in the order of long values on %s', (_name, make) => {
  const on = openingDatabase(make, tables, { createTables: true })

  it(
    'has cursors that a route takes, and each row once in both directions',
    on(async (db) => {
      for (const row of rows) await db.notes.insert(row)
      const orders = [
        { body: 'asc' },
        { body: 'desc', title: 'asc' },
        { title: 'desc', code: 'desc', body: 'asc', digest: 'asc' },
        { digest: 'desc' },
        { code: 'asc' },
      ] as const
      for (const orderBy of orders) {
        const forth: number[] = []
        const cursors: string[] = []
        let page = await db.notes.page({ limit: 5 }, { orderBy })
        forth.push(...page.items.map(({ id }) => id))
        while (page.next !== undefined) {
          cursors.push(page.next)
          page = await db.notes.page({ limit: 5, after: page.next }, { orderBy })
          forth.push(...page.items.map(({ id }) => id))
        }
        const back = page.items.map(({ id }) => id)
        while (page.previous !== undefined) {
          cursors.push(page.previous)
          page = await db.notes.page({ limit: 5, before: page.previous }, { orderBy })
          back.unshift(...page.items.map(({ id }) => id))
        }
        expect([...forth].sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
        expect(back).toEqual(forth)
        expect(Math.max(...cursors.map(({ length }) => length))).toBeLessThanOrEqual(LONGEST)
      }
    }),
  )

  it(
    'has the order of the values as far as they are looked at',
    on(async (db) => {
      const { items } = await db.notes.page({ limit: 50 }, { orderBy: { title: 'asc', id: 'asc' } })
      const all = await db.notes.find({ orderBy: { title: 'asc', id: 'asc' } })
      expect(items).toEqual(all)
    }),
  )
})

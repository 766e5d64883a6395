import { conditionsOn } from '@keelson/core/conditions'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decimal,
  defineTables,
  integer,
  InvalidCursorError,
  InvalidValueError,
  QueryError,
  table,
  text,
  timestamp,
} from '../../src/index.ts'
import { opening } from './opening.ts'
import { SYSTEMS } from '../systems.ts'
import type { Opened } from './opened.ts'

const Items = table('items', {
  id: integer().primary(),
  name: text({ maxLength: 50 }).nullable(),
  rank: integer(),
  price: decimal(12, 2).nullable(),
  at: timestamp({ as: Date }),
  secret: text({ maxLength: 9 }).default('s').hidden(),
})
const tables = defineTables({ items: Items })
type Shop = Opened<typeof tables>
type Row = (typeof Items)['~row']
const NAMES = ['a', 'B', 'b', 'ä', '\uffee', '\u{1f600}', null]
const PRICES = ['0', '-1.5', '10', '9', '9999999999.99', null]
const rows = Array.from({ length: 40 }, (_, at) => ({
  id: at,
  name: NAMES[(at * 3) % NAMES.length] ?? null,
  rank: at % 4,
  price: PRICES[(at * 5) % PRICES.length] ?? null,
  at: new Date(1_700_000_000_000 + (at % 5)),
}))
const COLUMNS = ['id', 'name', 'rank', 'price', 'at']

async function fill({ db }: Shop): Promise<void> {
  if ((await db.items.count()) !== 0) return
  await db.items.insertMany(rows)
}

type Order = Readonly<Record<string, 'asc' | 'desc'>>

/** All pages, forwards and then backwards. */
async function walk({ db }: Shop, orderBy: Order, limit: number): Promise<{ forth: Row[]; back: Row[] }> {
  const forth: Row[] = []
  const back: Row[] = []
  const items = db.items
  let page = await items.page({ limit }, { orderBy })
  expect(page.previous).toBe(undefined)
  forth.push(...page.items)
  while (page.next !== undefined) {
    page = await items.page({ limit, after: page.next }, { orderBy })
    forth.push(...page.items)
  }
  back.unshift(...page.items)
  while (page.previous !== undefined) {
    page = await items.page({ limit, before: page.previous }, { orderBy })
    back.unshift(...page.items)
  }
  return { forth, back }
}

describe.each(SYSTEMS)('a page on %s', (_system, make) => {
  const on = opening(make, tables)
  it(
    'follows the one before it in any order, both ways',
    on(async (opened) => {
      await fill(opened)
      const order = fc
        .shuffledSubarray(COLUMNS)
        .chain((names) =>
          fc.tuple(
            ...names.map((name) =>
              fc.tuple(fc.constant(name), fc.constantFrom('asc' as const, 'desc' as const)),
            ),
          ),
        )
        .map((entries) => Object.fromEntries(entries) as Order)
      const property = fc.asyncProperty(order, fc.integer({ min: 1, max: 30 }), async (orderBy, limit) => {
        const last = Object.values(orderBy).at(-1) ?? 'asc'
        const all = await opened.db.items.find({
          orderBy: { ...orderBy, ...('id' in orderBy ? {} : { id: last }) },
        })
        const { forth, back } = await walk(opened, orderBy, limit)
        expect(forth.map((row) => row.id)).toEqual(all.map((row) => row.id))
        expect(back).toEqual(forth)
      })
      await fc.assert(property, { numRuns: 60 })
    }),
  )

  it(
    'has null as the smallest value',
    on(async (opened) => {
      await fill(opened)
      const page = await opened.db.items.page(
        {},
        { orderBy: { name: 'asc' }, maxLimit: 100, defaultLimit: 100 },
      )
      const names = page.items.map((row) => row.name)
      expect([...new Set(names)]).toEqual([null, 'B', 'a', 'b', 'ä', '\uffee', '\u{1f600}'])
      const { items } = await opened.db.items.page({}, { orderBy: { name: 'desc' }, defaultLimit: 100 })
      expect(items.at(-1)).toMatchObject({ name: null })
    }),
  )

  it(
    'is the same when rows come and go meanwhile',
    on(async (opened) => {
      await fill(opened)
      const items = opened.db.items
      const first = await items.page({ limit: 5 }, { orderBy: { id: 'asc' } })
      await items.insert({ id: -1, rank: 0, at: new Date(0) })
      await items.delete(4)
      const second = await items.page({ limit: 5, after: first.next }, { orderBy: { id: 'asc' } })
      expect(second.items.map((row) => row.id)).toEqual([5, 6, 7, 8, 9])
      await items.delete(-1)
      await items.insert(rows[4]!)
    }),
  )

  it(
    'applies its where anew, whatever the cursor says',
    on(async (opened) => {
      await fill(opened)
      const items = opened.db.items
      const { rank } = conditionsOn({ rank: { kind: 'integer' } })
      const where = (most: number): never => rank.atMost(most) as never
      const { next = '' } = await items.page({ limit: 3 }, { where: where(3), orderBy: { id: 'asc' } })
      const page = await items.page({ after: next, limit: 4 }, { where: where(0), orderBy: { id: 'asc' } })
      expect(page.items.map((row) => row.id)).toEqual([4, 8, 12, 16])
      const place = Buffer.from('30;').toString('base64url')
      const forged = await items.page(
        { after: next.slice(0, 9) + place, limit: 2 },
        { where: where(0), orderBy: { id: 'asc' } },
      )
      expect(forged.items.map((row) => row.id)).toEqual([32, 36])
    }),
  )

  it(
    'refuses the cursor of another list, and one that was changed',
    on(async (opened) => {
      await fill(opened)
      const items = opened.db.items
      const { next = '' } = await items.page(
        { limit: 3 },
        { where: { rank: 1 } as never, orderBy: { price: 'asc' } },
      )
      const wrong: [string, object][] = [
        [next, { where: { rank: 2 }, orderBy: { price: 'asc' } }],
        [next, { where: { rank: 1 }, orderBy: { price: 'desc' } }],
        [next, { where: { rank: 1 }, orderBy: { rank: 'asc' } }],
        [next, { orderBy: { price: 'asc' } }],
        ...[
          '',
          'x',
          `2${next.slice(1)}`,
          next.slice(0, -3),
          next.slice(0, 9),
          // What base64url lets pass.
          `${next}=`,
          `${next}!`,
          `${next.slice(0, 12)} ${next.slice(12)}`,
          ...[[], [null], [null, null], ['1'], [1.5, 1], ['x', 1], {}, [null, 1, 2]].map(
            (values) => next.slice(0, 9) + Buffer.from(JSON.stringify(values)).toString('base64url'),
          ),
        ].map((cursor): [string, object] => [cursor, { where: { rank: 1 }, orderBy: { price: 'asc' } }]),
      ]
      for (const [cursor, options] of wrong)
        for (const query of [{ after: cursor }, { before: cursor }])
          await expect(items.page(query, options as never)).rejects.toThrow(InvalidCursorError)
      await expect(items.page({ after: 'x' })).rejects.toMatchObject({ code: 'ERR_CORE_CURSOR', status: 400 })
    }),
  )

  it(
    'has as many rows as the server allows',
    on(async (opened) => {
      await fill(opened)
      const items = opened.db.items
      expect((await items.page({})).items).toHaveLength(20)
      expect((await items.page({}, { maxLimit: 7 })).items).toHaveLength(7)
      expect((await items.page({}, { defaultLimit: 3 })).items).toHaveLength(3)
      for (const limit of [0, 1.5, '5', null])
        await expect(items.page({ limit } as never)).rejects.toMatchObject({
          code: 'ERR_DB_VALUE',
          details: { property: 'limit', expected: 'a whole number from 1 on' },
        })
      await expect(items.page({ limit: 8 }, { maxLimit: 7 })).rejects.toThrow('from 1 to 7')
      await expect(items.page({ limit: 0 })).rejects.toThrow('from 1 on')
      await expect(items.page({ after: 'a', before: 'b' })).rejects.toThrow(InvalidValueError)
      await expect(items.page({}, { maxLimit: 0 })).rejects.toThrow(QueryError)
      await expect(items.page({}, { orderBy: { secret: 'asc' } as never })).rejects.toThrow(/hidden/)
      await expect(items.page({}, { limit: 5 } as never)).rejects.toThrow(/does not have the option 'limit'/)
    }),
  )
})

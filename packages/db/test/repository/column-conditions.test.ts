import { t } from '@keelson/core'
import { all, conditionsOn, verdict, type Condition } from '@keelson/core/conditions'
import { describe, expect, it } from 'vitest'
import { decimal, defineTables, integer, json, oneOf, table, text, uuid } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

const Pairs = table('pairs', {
  at: integer().primary(),
  // A product of both scales is more than an integer of 64 bits.
  whole: decimal(18, 0).nullable(),
  fine: decimal(18, 18).nullable(),
  cents: decimal(18, 2).nullable(),
  name: text({ maxLength: 20 }).nullable(),
  folded: text({ maxLength: 20, caseInsensitive: true }).nullable(),
  tags: json(t.Array(t.String())).nullable(),
  seen: integer().default(0),
})
const { columns } = Pairs
const tables = defineTables({ pairs: Pairs })
const pair = conditionsOn(columns)

describe.each(SYSTEMS)('columns of a row on %s', (_system, make) => {
  const on = opening(make, tables)

  it(
    'are compared as decimals whatever their scales',
    on(async ({ db }) => {
      const wholes = ['0', '1', '-1', '9', '10', '999999999999999999', '-999999999999999999', null]
      const fines = ['0', '0.000000000000000001', '-0.000000000000000001', '0.999999999999999999', null]
      const cents = ['0.01', '0', '1', '-1', '9.99', '9999999999999999.99', null]
      const rows = wholes.flatMap((whole, a) =>
        fines.map((fine, b) => ({
          at: 10 * a + b,
          whole,
          fine,
          cents: cents[(a + b) % cents.length] ?? null,
        })),
      )
      await db.pairs.insertMany(rows)
      const wrong: unknown[] = []
      for (const [one, other] of [
        ['whole', 'fine'],
        ['fine', 'whole'],
        ['whole', 'cents'],
        ['cents', 'fine'],
      ] as const)
        for (const op of ['is', 'isNot', 'below', 'atMost', 'above', 'atLeast'] as const) {
          const condition = pair[one][op](pair[other])
          const found = await db.pairs.find({ where: condition, orderBy: { at: 'asc' } })
          const judged = rows.filter((row) => verdict(condition, row as never, columns))
          if (String(found.map((row) => row.at)) !== String(judged.map((row) => row.at)))
            wrong.push({ condition, found, judged })
        }
      await db.pairs.deleteMany({ where: all() })
      expect(wrong).toEqual([])
    }),
  )

  it(
    'select what is changed and deleted',
    on(async ({ db }) => {
      await db.pairs.insertMany([
        { at: 1, name: 'a', tags: ['a', 'b'] },
        { at: 2, name: 'b', tags: ['A', 'b '] },
        { at: 3, name: 'c' },
      ])
      expect(await db.pairs.updateMany({ where: pair.tags.contains('b'), set: { seen: 1 } })).toBe(1)
      expect(await db.pairs.updateMany({ where: pair.seen.below(pair.at), set: { seen: 3 } })).toBe(2)
      expect(await db.pairs.count(pair.seen.is(pair.at))).toBe(2)
      expect(await db.pairs.deleteMany({ where: pair.tags.contains('A') })).toBe(1)
      expect(await db.pairs.deleteMany({ where: pair.seen.is(pair.at) })).toBe(2)
    }),
  )

  it(
    'belong to the list that a cursor is of',
    on(async ({ db }) => {
      await db.pairs.insertMany([1, 2, 3].map((at) => ({ at, seen: 9 })))
      const page = (where: Condition<typeof columns>, after?: string) =>
        db.pairs.page({ limit: 1, ...(after !== undefined && { after }) }, { where, orderBy: { at: 'asc' } })
      const { next } = await page(pair.at.below(pair.seen))
      expect((await page(pair.at.below(pair.seen), next)).items).toMatchObject([{ at: 2 }])
      // Another value is the same list at another time; another column is another list.
      for (const other of [pair.at.below(5), pair.at.below(pair.at), pair.seen.below(pair.at)])
        await expect(page(other, next)).rejects.toMatchObject({ code: 'ERR_CORE_CURSOR' })
      await db.pairs.deleteMany({ where: all() })
    }),
  )

  it(
    'are compared with those of their kind alone',
    on(async ({ db }) => {
      const other = conditionsOn({ name: { kind: 'integer' }, at: { kind: 'integer' } })
      await expect(db.pairs.find({ where: other.name.is(other.at) as never })).rejects.toThrow(
        "The where compares 'name' with 'at', which is of another kind in the table 'pairs'.",
      )
      const plain = conditionsOn({ name: { kind: 'text' }, folded: { kind: 'text' } })
      await expect(db.pairs.find({ where: plain.name.is(plain.folded) as never })).rejects.toThrow(
        "The where compares 'name' with 'folded', which is of another kind",
      )
    }),
  )
})

/** Types that other programs gave to columns, with collations that compare otherwise. */
const TYPES: Readonly<
  Record<string, { readonly text: string; readonly uuid: string; readonly mood: string }>
> = {
  PostgreSQL: { text: 'character varying(20)', uuid: 'character varying(36)', mood: 'mood' },
  MariaDB: {
    text: 'varchar(20) character set utf8mb4 collate utf8mb4_general_ci',
    uuid: 'uuid',
    mood: "enum('a','b') character set utf8mb4 collate utf8mb4_general_ci",
  },
  SQLite: { text: 'text collate nocase', uuid: 'text collate nocase', mood: 'text' },
}

describe.each(SYSTEMS)('columns of other types on %s', (name, make) => {
  const types = TYPES[name] ?? TYPES['SQLite']!
  const Typed = table('typed', {
    at: integer().primary(),
    own: text({ maxLength: 20 }).sqlType(types.text),
    name: text({ maxLength: 20 }),
    mood: oneOf('a', 'b').sqlType(types.mood),
    ownId: uuid().sqlType(types.uuid),
    otherId: uuid(),
  })
  const on = opening(make, defineTables({ typed: Typed }))

  it(
    'are compared like those of ours',
    on(async ({ db }) => {
      const texts = ['a', 'A', 'á', 'a ', 'b', 'B', 'Z', 'z']
      const ids = [
        '00000000-0000-4000-8000-0000000000ff',
        '11111111-0000-4000-8000-000000000001',
        'ffffffff-0000-4000-8000-000000000000',
      ]
      const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T
      const rows = texts.flatMap((own, a) =>
        texts.map((other, b) => ({
          at: 10 * a + b,
          own,
          name: other,
          mood: pick(['a', 'b'] as const, a),
          ownId: pick(ids, a),
          otherId: pick(ids, b),
        })),
      )
      await db.typed.insertMany(rows)
      const row = conditionsOn(Typed.columns)
      const wrong: unknown[] = []
      for (const op of ['is', 'isNot', 'below', 'atMost', 'above', 'atLeast'] as const)
        for (const condition of [
          row.own[op](row.name),
          row.name[op](row.own),
          row.mood[op](row.name),
          row.own[op](row.mood),
          row.ownId[op](row.otherId),
          row.otherId[op](row.ownId),
        ]) {
          const found = await db.typed.find({ where: condition, orderBy: { at: 'asc' } })
          const judged = rows.filter((one) => verdict(condition, one, Typed.columns))
          if (String(found.map(({ at }) => at)) !== String(judged.map(({ at }) => at)))
            wrong.push({ condition, found: found.length, judged: judged.length })
        }
      expect(wrong).toEqual([])
    }),
  )
})

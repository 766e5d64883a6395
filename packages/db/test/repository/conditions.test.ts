import {
  all,
  conditionsOn,
  not,
  parseCondition,
  toConditionText,
  verdict,
  type Condition,
} from '@keelson/core/conditions'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import type { Opened } from './opened.ts'
import { opening } from './opening.ts'
import { COMPARISONS, conditions, fill, judged, rows, tables, terms, Things } from './things.ts'

const RUNS = 150
const { columns } = Things

/** Places of the rows that a condition selects in the database, and in JavaScript. */
async function both({ db }: Opened<typeof tables>, one: Condition): Promise<readonly [number[], number[]]> {
  const found = await db.things.find({ where: one as never, orderBy: { at: 'asc' } })
  return [found.map((row) => row.at), judged(one)]
}

describe('a condition as text', () => {
  it('gives the same verdicts when it is read again', () => {
    const property = fc.property(conditions, (one) => {
      const again = parseCondition(toConditionText(one as never), columns)
      expect(again).toEqual(one)
      for (const row of rows)
        expect(verdict(again, row as never, columns)).toBe(verdict(one as never, row, columns))
    })
    fc.assert(property, { numRuns: RUNS })
  })
})

describe.each(SYSTEMS)('a condition on %s', (_system, make) => {
  const on = opening(make, tables)
  it(
    'selects the rows for which it holds',
    on(async (opened) => {
      await fill(opened.db)
      const property = fc.asyncProperty(conditions, async (one) => {
        const [found, held] = await both(opened, one)
        expect(found).toEqual(held)
      })
      await fc.assert(property, { numRuns: RUNS })
    }),
  )

  it(
    'does so for each comparison with each value and column',
    on(async (opened) => {
      await fill(opened.db)
      const wrong: unknown[] = []
      for (const one of COMPARISONS)
        for (const tree of [one, not(one)]) {
          const [found, held] = await both(opened, tree)
          if (String(found) !== String(held)) wrong.push({ tree, held, found })
        }
      expect(wrong).toEqual([])
    }),
  )

  it(
    'folds what its database folds',
    on(async ({ db, session }) => {
      if (session.dialect.system === 'sqlite') return
      const texts = [
        'É',
        'é',
        'e\u0301',
        'e',
        'Éa',
        'ß',
        'ss',
        'ﬁ',
        'FI',
        '\u212a',
        'k',
        '１',
        '1',
        'Ž',
        'z',
        'Σ',
        'ς',
        'σ',
      ]
      const first = 1000
      const { at, folded } = conditionsOn(columns)
      await db.things.insertMany(texts.map((text, place) => ({ at: first + place, folded: text })))
      const wrong: unknown[] = []
      for (const text of texts)
        for (const op of ['is', 'startsWith', 'below', 'atMost'] as const) {
          const one = folded[op](text)
          const where = [one, at.atLeast(first)]
          const found = (await db.things.find({ where, orderBy: { at: 'asc' } })).map((row) => row.folded)
          const held = texts.filter((each) => verdict(one, { folded: each }, columns))
          if (String(found) !== String(held)) wrong.push({ op, text, found, held })
        }
      await db.things.deleteMany({ where: at.atLeast(first) })
      expect(wrong).toEqual([])
    }),
  )

  it(
    'gives back the rows as they were inserted',
    on(async (opened) => {
      await fill(opened.db)
      const found = await opened.db.things.find({ orderBy: { at: 'asc' } })
      expect(found[8]).toMatchObject({
        ...rows[8],
        decimal: expect.stringMatching(/^-?\d+\.\d{6}$/),
        decimal2: expect.stringMatching(/^-?\d+\.\d{2}$/),
        uuid: rows[8]?.['uuid'],
      })
    }),
  )

  it(
    'takes long lists, and refuses those that no statement takes',
    on(async (opened) => {
      await fill(opened.db)
      const things = opened.db.things
      const list = (length: number): Condition =>
        terms['integer']?.['isIn']?.(Array.from({ length }, (_, at) => at)) ?? all()
      const [found, held] = await both(opened, list(20_000))
      expect(found).toEqual(held)
      if (opened.session.dialect.system === 'postgresql') return
      await expect(things.find({ where: list(70_000) })).rejects.toThrow(QueryError)
      await expect(things.find({ where: list(70_000) })).rejects.toThrow(
        /has 70000 values; \w+ takes \d+\. Split the list/,
      )
    }),
  )

  it(
    'refuses what is not of the table, and what its columns do not take',
    on(async ({ db }) => {
      const things = db.things
      const other = conditionsOn({ nowhere: { kind: 'text' } }).nowhere.is('a')
      await expect(things.find({ where: other as never })).rejects.toThrow(
        /The where of 'things' names 'nowhere', which the table does not have\. It has at, text, /,
      )
      await expect(things.find({ where: { nowhere: 'a' } as never })).rejects.toThrow(/names 'nowhere'/)
      await expect(things.find({ where: { text: 5 as never } })).rejects.toMatchObject({
        code: 'ERR_DB_VALUE',
      })
      await expect(things.find({ where: { text: 'a\0' } })).rejects.toMatchObject({ status: 400 })
      await expect(things.find({ where: undefined as never })).rejects.toThrow(/A where takes equalities/)
      await expect(things.count({ text: undefined } as never)).rejects.toThrow(/'text' is undefined/)
    }),
  )
})

// Keys that the database numbers.
import { describe, expect, it } from 'vitest'
import {
  bigint,
  defineTables,
  integer,
  QueryError,
  table,
  text,
  UniqueViolationError,
} from '../../src/index.ts'
import { opening } from './opening.ts'
import { SYSTEMS } from '../systems.ts'

const tables = defineTables({
  notes: table('notes', {
    id: integer({ bits: 53 }).identity().primary().named('note_id'),
    title: text({ maxLength: 50 }).unique(),
    size: integer().default(0),
  }),
  small: table('small', { id: integer().identity().primary(), name: text({ maxLength: 20 }) }),
  wide: table('wide', { id: bigint({ as: BigInt }).identity().primary(), name: text() }),
  bare: table('bare', { id: bigint().identity().primary() }),
})

describe.each(SYSTEMS)('a key that %s numbers', (_system, make) => {
  const on = opening(make, tables)

  it(
    'is in the row that an insert returns, and grows',
    on(async ({ db, texts }) => {
      const first = await db.small.insert({ name: 'a' })
      texts()
      const second = await db.small.insert({ name: 'b' })
      expect(texts()).toHaveLength(1)
      expect([first, second]).toEqual([
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ])
      expect(await db.small.byId(2)).toEqual(second)
    }),
  )

  it(
    'is in each row of many, in their order, beside keys that are said',
    on(async ({ db }) => {
      const titles = Array.from({ length: 2500 }, (_, at) => `t${at}`)
      const rows = await db.notes.insertMany(titles.map((title, at) => ({ title, size: at })))
      expect(rows.map(({ title }) => title)).toEqual(titles)
      expect(new Set(rows.map(({ id }) => id)).size).toBe(2500)
      const stored = await db.notes.find({ orderBy: { id: 'asc' }, limit: 5000 })
      expect(stored.map(({ id, title }) => `${id} ${title}`)).toEqual(
        rows.map(({ id, title }) => `${id} ${title}`),
      )
      const mixed = await db.notes.insertMany([{ title: 'x' }, { id: 900_000, title: 'y' }, { title: 'z' }])
      expect(mixed.map(({ title }) => title)).toEqual(['x', 'y', 'z'])
      expect(mixed[1]?.id).toBe(900_000)
      for (const { id, title } of mixed) expect((await db.notes.byId(id))?.title).toBe(title)
    }),
  )

  it(
    'may be said, 0 and numbers below it too, and is refused where a row has it',
    on(async ({ db }) => {
      expect(await db.small.insert({ id: 0, name: 'none' })).toEqual({ id: 0, name: 'none' })
      expect(await db.small.byId(0)).toEqual({ id: 0, name: 'none' })
      expect((await db.small.insert({ id: -7, name: 'below' })).id).toBe(-7)
      await expect(db.small.insert({ id: 0, name: 'again' })).rejects.toThrow(UniqueViolationError)
    }),
  )

  it(
    'is not given again when its row is gone',
    on(async ({ db }) => {
      const { id } = await db.wide.insert({ name: 'a' })
      await db.wide.delete(id)
      expect((await db.wide.insert({ name: 'b' })).id).toBe(id + 1n)
    }),
  )

  it(
    'is as its column has it: text, or a bigint; alone in its table too',
    on(async ({ db }) => {
      expect((await db.wide.insertMany([{ name: 'c' }, { name: 'd' }])).map(({ id }) => typeof id)).toEqual([
        'bigint',
        'bigint',
      ])
      expect(await db.bare.insert({})).toEqual({ id: '1' })
      expect(await db.bare.insertMany([{}, {}, {}])).toEqual([{ id: '2' }, { id: '3' }, { id: '4' }])
      expect(await db.bare.insert({ id: '9007199254740993' })).toEqual({ id: '9007199254740993' })
      const [large] = await db.bare.insertMany([{ id: '9007199254740995' }])
      expect(await db.bare.byId('9007199254740995')).toEqual(large)
    }),
  )

  it(
    'is made by an upsert that inserts, and stays where it updates',
    on(async ({ db }) => {
      const made = await db.notes.upsert({ title: 'up' }, { on: ['title'] })
      expect(made.id).toBeGreaterThan(0)
      expect(await db.notes.byId(made.id)).toEqual(made)
      expect(await db.notes.upsert({ title: 'up', size: 5 }, { on: ['title'] })).toEqual({ ...made, size: 5 })
      const unsaid = db.notes.upsert({ title: 'up' }, { on: ['id'] })
      await expect(unsaid).rejects.toThrow("notes.upsert is on 'id', which it does not say")
      await expect(unsaid).rejects.toThrow(QueryError)
      expect((await db.notes.upsert({ id: 5_000_000, title: 'said' }, { on: ['id'] })).id).toBe(5_000_000)
    }),
  )

  it(
    'is made in a transaction, and gone with it',
    on(async ({ db }) => {
      const work = db.transaction(async () => {
        const { id } = await db.small.insert({ name: 'gone' })
        expect((await db.small.byId(id))?.name).toBe('gone')
        throw new Error('no')
      })
      await expect(work).rejects.toThrow('no')
      expect(await db.small.count({ name: 'gone' })).toBe(0)
    }),
  )
})

describe.each(SYSTEMS.filter(([name]) => name === 'MariaDB'))('numbers on %s', (_system, make) => {
  const on = opening(make, tables)

  it(
    'are as far from each other as its servers let them',
    on(async ({ db, run }) => {
      await db.transaction(async () => {
        await run('set session auto_increment_increment = 10, auto_increment_offset = 3')
        const rows = await db.small.insertMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
        await run('set session auto_increment_increment = 1, auto_increment_offset = 1')
        expect(rows.map(({ id }) => id % 10)).toEqual([3, 3, 3])
        for (const { id, name } of rows) expect((await db.small.byId(id))?.name).toBe(name)
      })
    }),
  )
})

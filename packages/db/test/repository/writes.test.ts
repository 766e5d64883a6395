import { describe, expect, it } from 'vitest'
import { t } from '@keelson/core'
import {
  boolean,
  bytes,
  decimal,
  defineTables,
  integer,
  InvalidValueError,
  json,
  oneOf,
  QueryError,
  StaleRecordError,
  table,
  text,
  timestamp,
  UniqueViolationError,
  uuid,
  version,
} from '../../src/index.ts'
import { opening } from './opening.ts'
import { SYSTEMS } from '../systems.ts'

const Orders = table('orders', {
  id: uuid().primary(),
  email: text({ maxLength: 100 }).unique(),
  status: oneOf('open', 'closed').default('open'),
  totalSum: decimal(12, 2),
  note: text({ maxLength: 100 }).nullable(),
  hash: bytes({ maxLength: 40 }).nullable().hidden(),
  extra: json(t.Unknown()).nullable(),
  version: version(),
  createdAt: timestamp().now(),
  updatedAt: timestamp().now({ onUpdate: true }),
})
const Likes = table('likes', {
  userId: uuid().primary(),
  articleId: integer().primary(),
  isLoud: boolean().default(false),
})
const Notes = table(
  'notes',
  {
    id: uuid().primary(),
    title: text({ maxLength: 50 }).unique(),
    deletedAt: timestamp().nullable().hidden(),
  },
  { softDelete: 'deletedAt' },
)
const Events = table('events', { at: timestamp({ as: Date }).primary(), n: integer() })
const tables = defineTables({ orders: Orders, likes: Likes, notes: Notes, events: Events })
let count = 0
const email = (): string => `a${++count}@example.org`
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe('a repository', () => {
  describe.each(SYSTEMS)('inserts on %s', (_system, make) => {
    const on = opening(make, tables)
    it(
      'a row, and returns what the database holds',
      on(async ({ db }) => {
        const row = await db.orders.insert({
          email: email(),
          totalSum: '10.5',
          hash: 'AAE',
          extra: { b: [1], a: null },
        })
        expect(row).toMatchObject({ status: 'open', totalSum: '10.50', note: null, hash: 'AAE', version: 1 })
        expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
        expect(await db.orders.byId(row.id)).toEqual(row)
      }),
    )

    it(
      'what it is given, made values too',
      on(async ({ db }) => {
        const row = {
          id: NOBODY.toUpperCase(),
          email: email(),
          totalSum: '0',
          version: 7,
          createdAt: '2020-01-01T02:00:00+02:00',
        }
        expect(await db.orders.insert(row)).toMatchObject({
          id: NOBODY,
          version: 7,
          createdAt: '2020-01-01T00:00:00.000Z',
        })
      }),
    )

    it(
      'keys in the order of time',
      on(async ({ db }) => {
        const rows = await db.orders.insertMany(
          Array.from({ length: 50 }, () => ({ email: email(), totalSum: '1' })),
        )
        const ids = rows.map((row) => row.id)
        expect(ids.toSorted()).toEqual(ids)
      }),
    )

    it(
      'many rows, more than fit one statement, or none of them',
      on(async ({ db, texts }) => {
        const rows = Array.from({ length: 2300 }, () => ({ email: email(), totalSum: '1' }))
        const inserted = await db.orders.insertMany(rows)
        expect(inserted).toHaveLength(2300)
        expect(texts().filter((text) => text.startsWith('insert'))).toHaveLength(3)
        const before = await db.orders.count()
        const twice = [
          ...rows.map(() => ({ email: email(), totalSum: '1' })),
          { email: inserted[0]!.email, totalSum: '1' },
        ]
        await expect(db.orders.insertMany(twice)).rejects.toThrow(UniqueViolationError)
        expect(await db.orders.count()).toBe(before)
        expect(await db.orders.insertMany([])).toEqual([])
      }),
    )

    it(
      'nothing that the table does not declare',
      on(async ({ db }) => {
        const orders = db.orders
        const wrong: [object, RegExp][] = [
          [
            { email: email(), totalSum: '1', emial: 'x' },
            /orders\.insert has 'emial', which the table 'orders' does not declare/,
          ],
          [{ email: email() }, /orders\.insert needs a value for 'totalSum'/],
          [[], /takes an object of properties/],
        ]
        for (const [row, message] of wrong) {
          await expect(orders.insert(row as never)).rejects.toThrow(QueryError)
          await expect(orders.insert(row as never)).rejects.toThrow(message)
        }
        await expect(orders.insert({ email: null as never, totalSum: '1' })).rejects.toThrow(
          InvalidValueError,
        )
        for (const extra of ['a\0', { '\ud800': 1 }, [Number.NaN], new Date(0)])
          await expect(orders.insert({ email: email(), totalSum: '1', extra })).rejects.toThrow(
            InvalidValueError,
          )
        await expect(orders.insert({ email: email(), totalSum: 'x' })).rejects.toMatchObject({
          code: 'ERR_DB_VALUE',
          details: { property: 'totalSum' },
        })
        expect(
          await orders.insert({ email: email(), totalSum: '1', note: undefined as never }),
        ).toMatchObject({
          note: null,
        })
      }),
    )
  })

  describe.each(SYSTEMS)('updates on %s', (_system, make) => {
    const on = opening(make, tables)
    it(
      'a loaded row, and returns the new one',
      on(async ({ db, clock, texts }) => {
        const orders = db.orders
        const row = await orders.insert({ email: email(), totalSum: '1', note: 'a' })
        await clock.advance(1000)
        texts()
        const next = await orders.update(row, { note: null, totalSum: '2' })
        expect(texts()).toHaveLength(1)
        expect(next).toEqual({
          ...row,
          note: null,
          totalSum: '2.00',
          version: 2,
          updatedAt: new Date(Date.parse(row.updatedAt) + 1000).toISOString(),
        })
        expect(await orders.byId(row.id)).toEqual(next)
        expect(await orders.update(next, {})).toEqual(next)
      }),
    )

    it(
      'not one that was changed, or deleted, since it was loaded',
      on(async ({ db }) => {
        const orders = db.orders
        const row = await orders.insert({ email: email(), totalSum: '1' })
        const next = await orders.update(row, { note: 'first' })
        await expect(orders.update(row, { note: 'second' })).rejects.toThrow(StaleRecordError)
        await expect(orders.update(row, {})).rejects.toThrow(StaleRecordError)
        await expect(orders.update(row, { note: undefined } as never)).rejects.toThrow(StaleRecordError)
        await expect(orders.delete(row)).rejects.toThrow(StaleRecordError)
        expect(await orders.byId(row.id)).toEqual(next)
        expect(await orders.delete(next)).toBe(true)
        await expect(orders.update(next, { note: 'third' })).rejects.toMatchObject({ status: 409 })
        await expect(orders.delete(next)).rejects.toThrow(StaleRecordError)
      }),
    )

    it(
      'only what can be changed, and only with the lock',
      on(async ({ db }) => {
        const orders = db.orders
        const row = await orders.insert({ email: email(), totalSum: '1' })
        const { version: _, ...bare } = row
        const wrong: [() => Promise<unknown>, RegExp][] = [
          [() => orders.update(bare as never, { note: 'x' }), /locks on 'version', which this row lacks/],
          [() => orders.delete(bare as never), /locks on 'version'/],
          [() => orders.update({ version: 1 } as never, { note: 'x' }), /needs 'id', which is of the key/],
          [() => orders.update(row, { id: NOBODY } as never), /cannot change 'id', which is the key/],
          [() => orders.update(row, { version: 5 } as never), /counts 'version' itself/],
          [() => orders.update(row, { note: 'a', nots: 'x' } as never), /has 'nots'/],
          [() => orders.update(row.id as never, { note: 'x' }), /takes the row as it was loaded/],
        ]
        for (const [work, message] of wrong) {
          await expect(work()).rejects.toThrow(QueryError)
          await expect(work()).rejects.toThrow(message)
        }
        await expect(orders.update(row, { status: 'opne' as never })).rejects.toThrow(InvalidValueError)
      }),
    )

    it(
      'all rows of a condition, which must say something',
      on(async ({ db }) => {
        const orders = db.orders
        const rows = await orders.insertMany([1, 2, 3].map(() => ({ email: email(), totalSum: '77' })))
        const set = { note: 'many' }
        expect(await orders.updateMany({ where: { totalSum: '77.0' }, set })).toBe(3)
        expect(await orders.byId(rows[0]!.id)).toMatchObject({ note: 'many', version: 2 })
        for (const where of [undefined, {}, [], [{}]])
          await expect(orders.updateMany({ where: where as never, set })).rejects.toThrow(
            /needs a where.*all\(\)/,
          )
        await expect(orders.updateMany({ set } as never)).rejects.toThrow(QueryError)
        await expect(orders.deleteMany({} as never)).rejects.toThrow(/orders\.deleteMany needs a where/)
        await expect(orders.updateMany({ where: { note: undefined as never }, set })).rejects.toThrow(
          /'note' is undefined/,
        )
        await expect(orders.updateMany({ where: { note: 'a' }, set: {} })).rejects.toThrow(/something to set/)
        expect(await orders.deleteMany({ where: { totalSum: '77' } })).toBe(3)
        expect(await orders.deleteMany({ where: { totalSum: '77' } })).toBe(0)
      }),
    )

    it(
      'rows without a version by their key',
      on(async ({ db }) => {
        const likes = db.likes
        const row = await likes.insert({ userId: NOBODY, articleId: 7 })
        expect(await likes.byId({ userId: NOBODY, articleId: 7 })).toEqual(row)
        const loud = await likes.update(row, { isLoud: true })
        expect(await likes.byId({ articleId: 7, userId: NOBODY })).toEqual(loud)
        await expect(likes.byId({ userId: NOBODY } as never)).rejects.toThrow(
          /takes a key of \{ userId, articleId \}/,
        )
        expect(await likes.delete({ userId: NOBODY, articleId: 8 })).toBe(false)
        expect(await likes.delete({ userId: NOBODY, articleId: 7 })).toBe(true)
        await expect(likes.delete(loud)).rejects.toThrow(StaleRecordError)
        await expect(likes.byId(undefined as never)).rejects.toThrow(QueryError)
      }),
    )

    it(
      'a row by a key that is a Date',
      on(async ({ db }) => {
        const at = new Date('2026-11-30T02:03:04.005Z')
        const row = await db.events.insert({ at, n: 1 })
        expect(await db.events.byId(at)).toEqual(row)
        expect(await db.events.delete(at)).toBe(true)
        expect(await db.events.delete(at)).toBe(false)
        await expect(db.events.delete(row)).rejects.toThrow(StaleRecordError)
      }),
    )

    it(
      'rows to deleted, where the table keeps them',
      on(async ({ db, clock }) => {
        const notes = db.notes
        const [a, b, c] = await notes.insertMany(['a', 'b', 'c'].map((title) => ({ title })))
        expect(await notes.delete(a!.id)).toBe(true)
        expect(await notes.delete(a!.id)).toBe(false)
        await expect(notes.delete(a!)).rejects.toThrow(StaleRecordError)
        await expect(notes.update(a!, { title: 'x' })).rejects.toThrow(StaleRecordError)
        expect(await notes.byId(a!.id)).toBe(undefined)
        expect(await notes.find({ orderBy: { title: 'asc' } })).toEqual([b, c])
        expect(await notes.deleteMany({ where: { title: 'b' } })).toBe(1)
        expect(await notes.count()).toBe(1)
        expect(await notes.find({ withDeleted: true, orderBy: { title: 'asc' }, limit: 1 })).toEqual([
          { ...a, deletedAt: new Date(clock.now()).toISOString() },
        ])
        expect(await notes.upsert({ title: 'a' }, { on: ['title'] })).toEqual(a)
        expect(await notes.byId(a!.id)).toEqual(a)
      }),
    )
  })

  describe.each(SYSTEMS)('upserts on %s', (_system, make) => {
    const on = opening(make, tables)
    it(
      'a row that is there, and one that is not',
      on(async ({ db }) => {
        const orders = db.orders
        const row = await orders.upsert({ email: 'up@example.org', totalSum: '1' }, { on: ['email'] })
        expect(row).toMatchObject({ version: 1, status: 'open' })
        const next = await orders.upsert(
          { email: 'up@example.org', totalSum: '3', note: 'x' },
          { on: ['email'] },
        )
        expect(next).toEqual({ ...row, totalSum: '3.00', note: 'x', version: 2 })
        expect(await orders.byId(row.id)).toEqual(next)
        const same = await orders.upsert({ ...row, totalSum: '4' }, { on: ['id'] })
        expect(same).toEqual({ ...row, totalSum: '4.00', version: 3 })
      }),
    )

    it(
      'nothing on another key, whose violation is its error',
      on(async ({ db }) => {
        const orders = db.orders
        const one = await orders.insert({ email: email(), totalSum: '1' })
        const two = await orders.insert({ email: email(), totalSum: '1' })
        const rename = orders.upsert({ id: two.id, email: one.email, totalSum: '2' }, { on: ['id'] })
        await expect(rename).rejects.toThrow(UniqueViolationError)
        const fresh = orders.upsert({ id: NOBODY, email: one.email, totalSum: '2' }, { on: ['id'] })
        await expect(fresh).rejects.toThrow(UniqueViolationError)
        expect(await orders.byId(one.id)).toEqual(one)
        expect(await orders.byId(two.id)).toEqual(two)
      }),
    )

    it(
      'one row, when several do so at once',
      on(async ({ db }) => {
        const orders = db.orders
        const each = Array.from({ length: 8 }, (_, at) =>
          orders.upsert({ email: 'race@example.org', totalSum: String(at) }, { on: ['email'] }),
        )
        const ids = new Set((await Promise.all(each)).map((row) => row.id))
        expect(ids.size).toBe(1)
        expect(await orders.first({ where: { email: 'race@example.org' } })).toMatchObject({
          version: 8,
        })
      }),
    )

    it(
      'by a unique key alone',
      on(async ({ db }) => {
        const orders = db.orders
        const row = { email: email(), totalSum: '1' }
        for (const on of [[], ['note'], ['email', 'id'], 'email', undefined])
          await expect(orders.upsert(row, { on: on as never })).rejects.toThrow(
            /needs \{ on: \[…\] \} with the columns of a unique key: id, or email/,
          )
      }),
    )
  })
})

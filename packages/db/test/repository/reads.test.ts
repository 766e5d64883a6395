import { all, any, conditionsOn, not } from '@keelson/core/conditions'
import { runInNewFrame } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, QueryError, table, text, timestamp, uuid } from '../../src/index.ts'
import { opening } from './opening.ts'
import { SYSTEMS } from '../systems.ts'
import type { Opened } from './opened.ts'

const Customers = table('customers', { id: uuid().primary(), name: text({ maxLength: 50 }) })
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid().references('customers'),
  payerId: uuid().references('customers', { inverse: 'paid' }).nullable(),
  place: integer(),
  secret: text({ maxLength: 50 }).nullable().hidden(),
})
const Likes = table('likes', { userId: uuid().primary(), articleId: integer().primary() })
const Users = table('users', {
  email: text({ maxLength: 60, caseInsensitive: true }).primary(),
  name: text({ maxLength: 20 }),
})
const Pets = table('pets', {
  id: integer().primary(),
  owner: text({ maxLength: 60, caseInsensitive: true }).references('users', { as: 'who' }),
})
const Votes = table('votes', {
  email: text({ maxLength: 60, caseInsensitive: true }).primary(),
  place: integer().primary(),
})
const Makers = table(
  'makers',
  { id: integer().primary(), deletedAt: timestamp().nullable().hidden() },
  { softDelete: 'deletedAt' },
)
const Parts = table(
  'parts',
  {
    id: integer().primary(),
    makerId: integer().references('makers'),
    deletedAt: timestamp().nullable().hidden(),
  },
  { softDelete: 'deletedAt' },
)
const tables = defineTables({
  makers: Makers,
  parts: Parts,
  customers: Customers,
  orders: Orders,
  likes: Likes,
  users: Users,
  pets: Pets,
  votes: Votes,
})
type Shop = Opened<typeof tables>
type Customer = (typeof Customers)['~row']
type Order = (typeof Orders)['~row']

/** Two customers, of whom the first has two orders. */
async function filled({
  db,
  run,
  texts,
}: Shop): Promise<{ readonly customers: readonly Customer[]; readonly orders: readonly Order[] }> {
  await run('delete from orders')
  await run('delete from customers')
  const [a, b] = await db.customers.insertMany([{ name: 'a' }, { name: 'b' }])
  const made = await db.orders.insertMany([
    { customerId: a!.id, payerId: b!.id, place: 1 },
    { customerId: a!.id, place: 2 },
  ])
  texts()
  return { customers: [a!, b!], orders: made }
}

describe('a repository', () => {
  describe.each(SYSTEMS)('reads on %s', (_system, make) => {
    const on = opening(make, tables)
    it(
      'rows in order, some of them, and how many',
      on(async (opened) => {
        const { orders: made } = await filled(opened)
        const orders = opened.db.orders
        expect(await orders.find({ orderBy: { place: 'desc' } })).toEqual(made.toReversed())
        expect(await orders.find({ orderBy: { place: 'asc' }, limit: 1, offset: 1 })).toEqual([made[1]])
        expect(await orders.find({ orderBy: { place: 'asc' }, offset: 1 })).toEqual([made[1]])
        expect(await orders.find({ limit: 0 })).toEqual([])
        expect(await orders.first({ orderBy: { place: 'desc' } })).toEqual(made[1])
        expect(await orders.first({ where: { place: 9 } })).toBe(undefined)
        const { place } = conditionsOn({ place: { kind: 'integer' } })
        const where = [place.atLeast(2), { payerId: null }, all()] as never
        expect([await orders.count(), await orders.count(where), await orders.find({ where })]).toEqual([
          2,
          1,
          [made[1]],
        ])
      }),
    )

    it(
      'rows one by one, and lets go of the rest',
      on(async (opened) => {
        const { customers: made } = await filled(opened)
        const orders = opened.db.orders
        await orders.insertMany(
          Array.from({ length: 998 }, (_, place) => ({ customerId: made[0]!.id, place: place + 3 })),
        )
        let sum = 0
        for await (const row of orders.stream({ orderBy: { place: 'asc' } })) sum += row.place
        expect(sum).toBe(500_500)
        for await (const row of orders.stream({ orderBy: { place: 'asc' } })) if (row.place === 3) break
        expect(await orders.count()).toBe(1000)
      }),
    )

    it(
      'deleted ones only where they are asked for',
      on(async ({ db }) => {
        const { deletedAt, id } = conditionsOn(Makers.columns)
        const past = deletedAt.below('2100-01-01T00:00:00.000Z')
        await db.makers.deleteMany({ where: all() })
        await db.makers.insertMany([{ id: 71 }, { id: 72 }])
        await db.makers.delete(71)
        const message =
          "A where asks for rows of 'makers' whose 'deletedAt' is set: those are deleted, and omitted. Read them by withDeleted: true; count or change them by db.sql."
        for (const where of [
          past,
          not(deletedAt.isNull()),
          [id.is(71), past],
          any(past, all(past, id.is(1))),
        ]) {
          await expect(db.makers.find({ where })).rejects.toThrow(message)
          await expect(db.makers.page({}, { where })).rejects.toThrow(message)
          await expect(db.makers.count(where)).rejects.toThrow(message)
          await expect(db.makers.updateMany({ where, set: { deletedAt: null } })).rejects.toThrow(message)
          await expect(db.makers.deleteMany({ where })).rejects.toThrow(message)
          expect(await db.makers.find({ where, withDeleted: true })).toMatchObject([{ id: 71 }])
        }
        for (const where of [{ deletedAt: null }, any(past, id.is(72)), not(past)] as const)
          expect((await db.makers.find({ where })).map((row) => row.id)).not.toContain(71)
      }),
    )

    it(
      'only by what the table shows',
      on(async ({ db }) => {
        const orders = db.orders
        const wrong: [object, RegExp][] = [
          [{ orderBy: { secret: 'asc' } }, /names 'secret', which is hidden/],
          [{ orderBy: { plcae: 'asc' } }, /names 'plcae', which the table does not have/],
          [{ orderBy: { place: 'up' } }, /no direction for 'place'/],
          [{ orderBy: 'place' }, /takes an object, like/],
          [{ limit: '5' }, /The limit of orders\.find must be a whole number/],
          [{ offset: -1 }, /The offset of orders\.find/],
          [{ were: {} }, /orders\.find does not have the option 'were'/],
        ]
        for (const [options, message] of wrong) {
          await expect(orders.find(options as never)).rejects.toThrow(QueryError)
          await expect(orders.find(options as never)).rejects.toThrow(message)
        }
        await expect(orders.count(undefined as never)).rejects.toThrow(/A where takes/)
        expect(() => orders.stream({ orderBy: { secret: 'asc' } as never })).toThrow(QueryError)
      }),
    )
  })

  describe.each(SYSTEMS)('reads by key on %s', (_system, make) => {
    const on = opening(make, tables)
    const inserted = async ({ db, texts }: Shop, count: number): Promise<readonly Customer[]> => {
      const rows = await db.customers.insertMany(
        Array.from({ length: count }, (_, at) => ({ name: `n${at}` })),
      )
      texts()
      return rows
    }

    it(
      'at once, outside of a request',
      on(async (opened) => {
        const rows = await inserted(opened, 3)
        const found = await Promise.all(rows.map((row) => opened.db.customers.byId(row.id)))
        expect(found).toEqual(rows)
        expect(opened.texts()).toHaveLength(3)
      }),
    )

    it(
      'in one query, where a request asks for many in one tick',
      on(async (opened) => {
        const rows = await inserted(opened, 100)
        const customers = opened.db.customers
        const ids = rows.map((row) => row.id)
        await runInNewFrame(async () => {
          const later = Promise.resolve().then(() => customers.byId(ids[1]!.toUpperCase()))
          const found = await Promise.all(ids.map((one) => customers.byId(one)))
          expect(found).toEqual(rows)
          const again = await later
          expect(again).toEqual(rows[1])
          expect(again).not.toBe(found[1])
          expect(await customers.byId('00000000-0000-4000-8000-000000000000')).toBe(undefined)
        })
        expect(opened.texts()).toHaveLength(2)
      }),
    )

    it(
      'apart for each transaction',
      on(async (opened) => {
        const [row, other] = await inserted(opened, 2)
        const { db, session, texts } = opened
        const customers = db.customers
        await runInNewFrame(async () => {
          const failed = session.transaction(async () => {
            await customers.update(row!, { name: 'new' })
            texts()
            expect(await Promise.all([customers.byId(row!.id), customers.byId(other!.id)])).toEqual([
              { ...row, name: 'new' },
              other,
            ])
            throw new Error('rolled back')
          })
          const outside = customers.byId(row!.id)
          await expect(failed).rejects.toThrow('rolled back')
          expect(await outside).toEqual(row)
        })
      }),
    )

    it(
      'of several columns, in one query too',
      on(async ({ db, texts }) => {
        const likes = db.likes
        const userId = '00000000-0000-4000-8000-00000000000a'
        const rows = await likes.insertMany([1, 2, 3].map((articleId) => ({ userId, articleId })))
        texts()
        const found = await runInNewFrame(() => Promise.all(rows.map((row) => likes.byId(row))))
        expect(found).toEqual(rows)
        expect(texts()).toHaveLength(1)
      }),
    )

    it(
      'and tells each who asked of an error',
      on(async (opened) => {
        const customers = opened.db.customers
        await opened.run('alter table customers rename to gone')
        const failed = await runInNewFrame(() =>
          Promise.allSettled(
            ['a', 'b'].map((last) => customers.byId(`00000000-0000-4000-8000-00000000000${last}`)),
          ),
        )
        await opened.run('alter table gone rename to customers')
        expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
        await expect(runInNewFrame(() => customers.byId('x'))).rejects.toMatchObject({
          code: 'ERR_DB_VALUE',
          status: 400,
        })
      }),
    )
  })

  describe.each(SYSTEMS)('finds keys without case on %s', (_system, make) => {
    const on = opening(make, tables)
    /** Beyond ASCII only where the system folds it. */
    const upper = ({ session }: Shop): string => (session.dialect.system === 'sqlite' ? 'Z' : 'É')

    it(
      'alone and in one query with others',
      on(async (opened) => {
        const { users, votes } = opened.db
        const wide = upper(opened)
        await users.insertMany([
          { email: 'Ada@example.com', name: 'ada' },
          { email: 'bob@example.com', name: 'bob' },
          { email: wide.toLowerCase(), name: 'wide' },
        ])
        await votes.insertMany([
          { email: 'Ada', place: 1 },
          { email: 'ada', place: 2 },
        ])
        expect(await users.byId('ADA@example.com')).toMatchObject({ name: 'ada' })
        opened.texts()
        const asked = ['ADA@example.com', 'ada@EXAMPLE.com', 'bob@example.com', wide, wide.toLowerCase(), 'x']
        const rows = await runInNewFrame(() => Promise.all(asked.map((email) => users.byId(email))))
        expect(rows.map((row) => row?.name)).toEqual(['ada', 'ada', 'bob', 'wide', 'wide', undefined])
        expect(Object.keys(rows[0] ?? {})).toEqual(['email', 'name'])
        expect(new Set(rows).size).toBe(6)
        expect(opened.texts().length).toBeLessThanOrEqual(3)
        const voted = await runInNewFrame(() =>
          Promise.all([1, 2, 3].map((place) => votes.byId({ email: 'ADA', place }))),
        )
        expect(voted).toEqual([{ email: 'Ada', place: 1 }, { email: 'ada', place: 2 }, undefined])
        await votes.deleteMany({ where: all() })
        await users.deleteMany({ where: all() })
      }),
    )

    it(
      'of what rows refer to, and of what refers to them',
      on(async (opened) => {
        const { users, pets } = opened.db
        const wide = upper(opened)
        await users.insertMany([
          { email: 'Ada', name: 'ada' },
          { email: wide.toLowerCase(), name: 'wide' },
        ])
        const owners = ['ADA', 'ada', wide, wide.toLowerCase(), 'aDa']
        await pets.insertMany(owners.map((owner, id) => ({ id, owner })))
        const found = await pets.with('who').find({ orderBy: { id: 'asc' } })
        expect(found.map(({ owner, who }) => [owner, who.name])).toEqual(
          owners.map((owner) => [owner, /a/i.test(owner) ? 'ada' : 'wide']),
        )
        const all = await users.with('pets').find({ orderBy: { name: 'asc' } })
        expect(all.map((user) => user.pets.map(({ id }) => id))).toEqual([
          [0, 1, 4],
          [2, 3],
        ])
      }),
    )
  })

  describe.each(SYSTEMS)('reads with relations on %s', (_system, make) => {
    const on = opening(make, tables)
    it(
      'in one query for each',
      on(async (opened) => {
        const { customers: made, orders: placed } = await filled(opened)
        const found = await opened.db.orders.with('customer', 'payer').find({ orderBy: { place: 'asc' } })
        expect(found).toEqual([
          { ...placed[0], customer: made[0], payer: made[1] },
          { ...placed[1], customer: made[0], payer: null },
        ])
        expect(opened.texts()).toHaveLength(3)
        expect(await opened.db.customers.with('orders').byId(made[0]!.id)).toEqual({
          ...made[0],
          orders: placed,
        })
        expect(await opened.db.customers.with('orders').first({ where: { name: 'b' } })).toEqual({
          ...made[1],
          orders: [],
        })
        opened.texts()
        expect(await opened.db.customers.with('orders').find({ where: { name: 'z' } })).toEqual([])
        expect(opened.texts()).toHaveLength(1)
      }),
    )

    it(
      'of what was deleted softly, where a row refers to it, not among many',
      on(async ({ db: { makers, parts } }) => {
        await makers.insertMany([{ id: 1 }, { id: 2 }])
        await parts.insertMany([
          { id: 1, makerId: 1 },
          { id: 2, makerId: 1 },
          { id: 3, makerId: 2 },
        ])
        await makers.delete(1)
        await parts.delete(2)
        const found = await parts.with('maker').find({ orderBy: { id: 'asc' } })
        expect(found.map(({ id, maker }) => [id, maker.id])).toEqual([
          [1, 1],
          [3, 2],
        ])
        const all = await makers.with('parts').find({ withDeleted: true, orderBy: { id: 'asc' } })
        expect(all.map(({ parts: list }) => list.map(({ id }) => id))).toEqual([[1], [3]])
      }),
    )

    it(
      'in pages',
      on(async (opened) => {
        const { customers: made, orders: placed } = await filled(opened)
        const orders = opened.db.orders.with('payer')
        const page = await orders.page({ limit: 1 }, { orderBy: { place: 'asc' } })
        expect(page).toMatchObject({ items: [{ ...placed[0], payer: made[1] }], next: expect.any(String) })
      }),
    )

    it(
      'that the table has',
      on(async ({ db }) => {
        expect(() => db.orders.with('custmer' as never)).toThrow(
          /orders\.with\('custmer'\).*Did you mean 'customer'\?/,
        )
      }),
    )
  })
})

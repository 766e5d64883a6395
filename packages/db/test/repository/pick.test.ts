import { runInNewFrame } from '@keelson/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { decimal, defineTables, integer, QueryError, table, text, timestamp, uuid } from '../../src/index.ts'
import { SYSTEMS } from '../systems.ts'
import type { Opened } from './opened.ts'
import { opening } from './opening.ts'

const Customers = table('customers', {
  id: uuid().primary(),
  name: text({ maxLength: 50 }),
  secret: text({ maxLength: 50 }).hidden(),
})
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid().references('customers'),
  payerId: uuid().references('customers', { inverse: 'paid' }).nullable(),
  place: integer({ bits: 53 }),
  total: decimal(12, 2),
  note: text(),
  createdAt: timestamp().now(),
})
const Likes = table('likes', {
  email: text({ maxLength: 60, caseInsensitive: true }).primary(),
  articleId: integer().primary(),
  note: text({ maxLength: 10 }),
})
const tables = defineTables({ customers: Customers, orders: Orders, likes: Likes })

async function filled({ db, run, texts }: Opened<typeof tables>) {
  await run('delete from orders')
  await run('delete from customers')
  const customer = await db.customers.insert({ name: 'Ada', secret: 'S3CRET' })
  const orders = await db.orders.insertMany(
    [1, 2, 3].map((place) => ({ customerId: customer.id, place, total: `${place}.5`, note: `n${place}` })),
  )
  texts()
  return { customer, orders }
}

describe.each(SYSTEMS)('some columns on %s', (_system, make) => {
  const on = opening(make, tables)

  it(
    'alone are read, in the form of the repository',
    on(async (opened) => {
      const { orders } = await filled(opened)
      const { db, texts } = opened
      const picked = db.orders.pick('total', 'place')
      const orderBy = { createdAt: 'asc', id: 'asc' } as const
      expectTypeOf(picked.first()).resolves.toEqualTypeOf<{ place: number; total: string } | undefined>()
      expectTypeOf(picked.find()).resolves.toEqualTypeOf<readonly { place: number; total: string }[]>()
      const all = [1, 2, 3].map((place) => ({ place, total: `${place}.50` }))
      expect(await picked.find({ orderBy })).toEqual(all)
      expect(await picked.first({ where: { note: 'n2' } })).toEqual(all[1])
      const streamed: unknown[] = []
      for await (const row of picked.stream({ orderBy, offset: 1 })) streamed.push(row)
      expect(streamed).toEqual(all.slice(1))
      for (const text of texts()) {
        const [list] = text.split(' from ')
        expect(list).toMatch(/place.*total/)
        expect(list).not.toMatch(/note|customer|id\b|created/)
      }
      expect(await picked.byId(orders[2]!.id)).toEqual(all[2])
      expect(texts().join()).not.toMatch(/note|customer|created/)
    }),
  )

  it(
    'come by pages, whatever these are ordered by',
    on(async (opened) => {
      await filled(opened)
      const picked = opened.db.orders.pick('note')
      const options = { orderBy: { place: 'desc' } } as const
      const first = await picked.page({ limit: 2 }, options)
      expect(first.items).toEqual([{ note: 'n3' }, { note: 'n2' }])
      const second = await picked.page({ limit: 2, after: first.next! }, options)
      expect(second.items).toEqual([{ note: 'n1' }])
      expect((await opened.db.orders.page({ limit: 2, after: first.next! }, options)).items[0]?.note).toBe(
        'n1',
      )
    }),
  )

  it(
    'are read together by key within a request, and by no other name',
    on(async (opened) => {
      const { orders } = await filled(opened)
      const { db, texts } = opened
      const ids = [orders[0]!.id, orders[1]!.id, orders[0]!.id]
      const rows = await runInNewFrame(() => Promise.all(ids.map((id) => db.orders.pick('note').byId(id))))
      expect(rows).toEqual([{ note: 'n1' }, { note: 'n2' }, { note: 'n1' }])
      expect(rows[0]).not.toBe(rows[2])
      expect(texts()).toHaveLength(1)
      await db.likes.insertMany([
        { email: 'Ada@example.com', articleId: 1, note: 'a' },
        { email: 'bob@example.com', articleId: 1, note: 'b' },
      ])
      const keys = ['ADA@example.com', 'BOB@example.com'].map((email) => ({ email, articleId: 1 }))
      const likes = await runInNewFrame(() => Promise.all(keys.map((key) => db.likes.pick('note').byId(key))))
      expect(likes).toEqual([{ note: 'a' }, { note: 'b' }])
    }),
  )

  it(
    'come with relations',
    on(async (opened) => {
      const { customer, orders } = await filled(opened)
      const { db } = opened
      const picked = db.orders.pick('note').with('customer', 'payer')
      expectTypeOf((await picked.first())!.payer).toEqualTypeOf<(typeof Customers)['~row'] | null>()
      const row = { note: 'n1', customer, payer: null }
      expect(await picked.byId(orders[0]!.id)).toEqual(row)
      expect(await picked.find({ where: { place: 1 } })).toEqual([row])
      expect(await picked.first({ where: { place: 1 } })).toEqual(row)
      expect((await picked.page({}, { where: { place: 1 } })).items).toEqual([row])
      const [one] = await db.customers.pick('name').with('orders').find()
      expect([Object.keys(one!), one!.orders]).toEqual([['name', 'orders'], orders])
    }),
  )

  it(
    'that are hidden are given where they are named, and are not written as JSON',
    on(async (opened) => {
      const { customer } = await filled(opened)
      const { db } = opened
      const row = await db.customers.pick('name', 'secret').byId(customer.id)
      expect([row?.secret, JSON.stringify(row)]).toEqual(['S3CRET', '{"name":"Ada"}'])
      const [joined] = await db.customers.pick('secret').with('paid').find()
      expect([joined?.secret, JSON.stringify(joined)]).toEqual(['S3CRET', '{"paid":[]}'])
      expect(await db.customers.pick('name').find()).toEqual([{ name: 'Ada' }])
    }),
  )

  it(
    'that there are not are refused',
    on(async ({ db }) => {
      // @ts-expect-error -- not a property
      const wrong = (): unknown => db.orders.pick('totl')
      expect(wrong).toThrow(QueryError)
      expect(wrong).toThrow("orders.pick('totl'): 'orders' has no such column. Did you mean 'total'?")
      // @ts-expect-error -- none
      expect(() => db.orders.pick()).toThrow(
        'orders.pick() needs the names of columns: without it, all are read.',
      )
      // @ts-expect-error -- not a relation
      expect(() => db.orders.pick('note').with('customr')).toThrow("'orders' has no such relation")
      // @ts-expect-error -- `update` takes whole rows
      const update = async () => db.orders.update((await db.orders.pick('id').first())!, { note: 'x' })
      expect(update).toBeTypeOf('function')
    }),
  )
})

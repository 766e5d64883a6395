import { all, conditionsOn } from '@keelson/core/conditions'
import { runInNewFrame } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../src/errors.ts'
import { column, id, table } from './facts.ts'
import { opening } from './opening.ts'
import { SYSTEMS } from './systems.ts'
import type { Opened, Row } from './opened.ts'

const customers = table('customers', [id(), column('text', 'name', { limits: { maxLength: 50 } })])
const orders = table('orders', [
  id(),
  column('uuid', 'customerId'),
  column('uuid', 'payerId', { isNullable: true }),
  column('integer', 'place', { limits: { bits: 32 } }),
  column('text', 'secret', { isNullable: true, isHidden: true, limits: { maxLength: 50 } }),
])
const likes = table('likes', [
  column('uuid', 'userId', { isPrimary: true }),
  column('integer', 'articleId', { isPrimary: true, limits: { bits: 32 } }),
])
const one = { to: 'customers', isMany: false, toColumns: ['id'] } as const
const relations = {
  orders: [
    { ...one, name: 'customer', isNullable: false, columns: ['customerId'] },
    { ...one, name: 'payer', isNullable: true, columns: ['payerId'] },
  ],
  customers: [
    {
      name: 'orders',
      to: 'orders',
      isMany: true,
      isNullable: false,
      columns: ['id'],
      toColumns: ['customerId'],
    },
  ],
}

/** Two customers, of whom the first has two orders. */
async function filled({
  repository,
  run,
  texts,
}: Opened): Promise<{ readonly customers: readonly Row[]; readonly orders: readonly Row[] }> {
  await run('delete from orders')
  await run('delete from customers')
  const [a, b] = await repository('customers').insertMany([{ name: 'a' }, { name: 'b' }])
  const made = await repository('orders').insertMany([
    { customerId: a?.['id'], payerId: b?.['id'], place: 1 },
    { customerId: a?.['id'], place: 2 },
  ])
  texts()
  return { customers: [a ?? {}, b ?? {}], orders: made }
}

describe('a repository', () => {
  describe.each(SYSTEMS)('reads on %s', (_system, make) => {
    const on = opening(make, { customers, orders })
    it(
      'rows in order, some of them, and how many',
      on(async (opened) => {
        const { orders: made } = await filled(opened)
        const orders = opened.repository('orders')
        expect(await orders.find({ orderBy: { place: 'desc' } })).toEqual(made.toReversed())
        expect(await orders.find({ orderBy: { place: 'asc' }, limit: 1, offset: 1 })).toEqual([made[1]])
        expect(await orders.find({ orderBy: { place: 'asc' }, offset: 1 })).toEqual([made[1]])
        expect(await orders.find({ limit: 0 })).toEqual([])
        expect(await orders.first({ orderBy: { place: 'desc' } })).toEqual(made[1])
        expect(await orders.first({ where: { place: 9 } as never })).toBe(undefined)
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
        const orders = opened.repository('orders')
        await orders.insertMany(
          Array.from({ length: 998 }, (_, place) => ({ customerId: made[0]?.['id'], place: place + 3 })),
        )
        let sum = 0
        for await (const row of orders.stream({ orderBy: { place: 'asc' } })) sum += row['place'] as number
        expect(sum).toBe(500_500)
        for await (const row of orders.stream({ orderBy: { place: 'asc' } })) if (row['place'] === 3) break
        expect(await orders.count()).toBe(1000)
      }),
    )

    it(
      'only by what the table shows',
      on(async ({ repository }) => {
        const orders = repository('orders')
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
    const on = opening(make, { customers, likes })
    const inserted = async ({ repository, texts }: Opened, count: number): Promise<readonly Row[]> => {
      const rows = await repository('customers').insertMany(
        Array.from({ length: count }, (_, at) => ({ name: `n${at}` })),
      )
      texts()
      return rows
    }

    it(
      'at once, outside of a request',
      on(async (opened) => {
        const rows = await inserted(opened, 3)
        const found = await Promise.all(rows.map((row) => opened.repository('customers').byId(row['id'])))
        expect(found).toEqual(rows)
        expect(opened.texts()).toHaveLength(3)
      }),
    )

    it(
      'in one query, where a request asks for many in one tick',
      on(async (opened) => {
        const rows = await inserted(opened, 100)
        const customers = opened.repository('customers')
        const ids = rows.map((row) => row['id'] as string)
        await runInNewFrame(async () => {
          const later = Promise.resolve().then(() => customers.byId(ids[1]?.toUpperCase()))
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
        const { repository, session, texts } = opened
        const customers = repository('customers')
        await runInNewFrame(async () => {
          const failed = session.transaction(async () => {
            await customers.update(row ?? {}, { name: 'new' })
            texts()
            expect(await Promise.all([customers.byId(row?.['id']), customers.byId(other?.['id'])])).toEqual([
              { ...row, name: 'new' },
              other,
            ])
            throw new Error('rolled back')
          })
          const outside = customers.byId(row?.['id'])
          await expect(failed).rejects.toThrow('rolled back')
          expect(await outside).toEqual(row)
        })
      }),
    )

    it(
      'of several columns, in one query too',
      on(async ({ repository, texts }) => {
        const likes = repository('likes')
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
        const customers = opened.repository('customers')
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

  describe.each(SYSTEMS)('reads with relations on %s', (_system, make) => {
    const on = opening(make, { customers, orders }, relations)
    it(
      'in one query for each',
      on(async (opened) => {
        const { customers: made, orders: placed } = await filled(opened)
        const found = await opened
          .repository('orders')
          .with('customer', 'payer')
          .find({ orderBy: { place: 'asc' } })
        expect(found).toEqual([
          { ...placed[0], customer: made[0], payer: made[1] },
          { ...placed[1], customer: made[0], payer: null },
        ])
        expect(opened.texts()).toHaveLength(3)
        expect(await opened.repository('customers').with('orders').byId(made[0]?.['id'])).toEqual({
          ...made[0],
          orders: placed,
        })
        expect(
          await opened
            .repository('customers')
            .with('orders')
            .first({ where: { name: 'b' } as never }),
        ).toEqual({ ...made[1], orders: [] })
        opened.texts()
        expect(
          await opened
            .repository('customers')
            .with('orders')
            .find({ where: { name: 'z' } as never }),
        ).toEqual([])
        expect(opened.texts()).toHaveLength(1)
      }),
    )

    it(
      'in pages',
      on(async (opened) => {
        const { customers: made, orders: placed } = await filled(opened)
        const orders = opened.repository('orders').with('payer')
        const page = await orders.page({ limit: 1 }, { orderBy: { place: 'asc' } })
        expect(page).toMatchObject({ items: [{ ...placed[0], payer: made[1] }], next: expect.any(String) })
      }),
    )

    it(
      'that the table has',
      on(async ({ repository }) => {
        expect(() => repository('orders').with('custmer' as never)).toThrow(
          /orders\.with\('custmer'\).*It has customer, payer\./,
        )
      }),
    )
  })
})

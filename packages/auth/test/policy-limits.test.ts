// Rules that compare columns with callers whose values the columns do not take: the list has what the single records are.
import { route, router, t, token } from '@keelson/core'
import { database, decimal, defineTables, integer, table, text, type Database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'
import { definePolicy, scheme } from '@keelson/auth'

interface User {
  readonly id: string
  readonly level: number
  readonly limit: string
}

const Orders = table('orders', {
  id: integer().primary(),
  code: text({ maxLength: 3 }),
  email: text({ format: 'email', maxLength: 50 }),
  level: integer({ maximum: 9 }),
  total: decimal(6, 2),
})
const tables = defineTables({ orders: Orders })
const DB = token<Database<typeof tables>>('db')
const USER: User = { id: 'abcdef', level: 77, limit: '1.555' }

const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ where }) => ({
    isNot: where(({ user }, order) => order.code.isNot(user.id)),
    is: where(({ user }, order) => order.code.is(user.id)),
    isIn: where(({ user }, order) => order.email.isIn([user.id, 'a@b.de'])),
    below: where(({ user }, order) => order.level.below(user.level)),
    atMost: where(({ user }, order) => order.total.atMost(user.limit)),
  })),
}))

const caller = scheme({
  name: 'caller',
  security: { name: 'bearer' },
  find: () => ({ user: USER, principal: { id: USER.id, kind: 'user' as const } }),
})

it.each(['isNot', 'is', 'isIn', 'below', 'atMost'] as const)(
  'shows by %s one by one what it lists',
  async (action) => {
    const api = route.use(caller).inject({ db: DB })
    const one = api.at('/:id', Orders.row.pick('id'))
    const orders = router('/orders', {
      list: api.get(
        '/',
        { response: t.Array(Orders.row), access: canList(action, 'Order') },
        async ({ visible, db }) => [...(await db.orders.find({ where: visible, orderBy: { id: 'asc' } }))],
      ),
      show: one.get(
        '/',
        {
          response: Orders.row,
          access: can(action, 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
        },
        ({ order }) => order,
      ),
      fill: api.post('/', { access: 'public' }, async ({ db }) => {
        await db.orders.insertMany([
          { id: 1, code: 'abc', email: 'a@b.de', level: 9, total: '1.55' },
          { id: 2, code: 'x', email: 'c@d.de', level: 1, total: '1.56' },
        ])
      }),
    })
    await using app = await testApp({
      routes: { orders },
      plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
    })
    await app.client.orders.fill()
    const listed = (await app.client.orders.list()).map(({ id }) => id)
    const shown: number[] = []
    for (const id of [1, 2]) {
      const outcome = await app.client.orders.show.result({ params: { id } })
      if (outcome.ok) shown.push(id)
    }
    expect(listed).toEqual(shown)
  },
)

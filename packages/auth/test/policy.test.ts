import { plugin, route, router, token, UnauthorizedError } from '@keelson/core'
import { all, any, not } from '@keelson/core/conditions'
import {
  createTables,
  database,
  decimal,
  defineTables,
  oneOf,
  table,
  text,
  uuid,
  type Database,
} from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { testApp } from '@keelson/testing'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { definePolicy, scheme } from '@keelson/auth'

interface User {
  readonly id: string
  readonly roles: readonly string[]
  readonly teamId?: string
}

const Orders = table('orders', {
  id: uuid().primary(),
  customerId: text({ maxLength: 20 }),
  teamId: text({ maxLength: 20 }).nullable(),
  status: oneOf('open', 'closed').default('open'),
  total: decimal(12, 2),
})
const tables = defineTables({ orders: Orders })
const DB = token<Database<typeof tables>>('db')

const { can, canList, allows } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer'), { refusal: 'Only buyers give orders.' }),
    read: where(({ user }, order) =>
      any(
        user.roles.includes('support'),
        order.customerId.is(user.id),
        order.teamId.is(user.teamId as string),
      ),
    ),
    update: where(({ user }, order) => all(order.customerId.is(user.id), order.status.is('open')), {
      refusal: 'Only who gave an order may change it, while it is open.',
    }),
    hide: where(({ user }, order) => not(order.teamId.is(user.teamId as string))),
  })),
  Plain: resource<{ id: number; owner: string }>()(({ where }) => ({
    read: where(({ user }, plain) => any(plain.owner.is(user.id), plain.id.above(100))),
  })),
}))

const caller = scheme({
  name: 'caller',
  security: 'bearer' as never,
  find: ({ header }) => {
    const id = header('x-user')
    if (id === 'wrong') throw new UnauthorizedError()
    const user: User = { id: id ?? '', roles: (header('x-roles') ?? '').split(',') }
    return id === undefined ? undefined : { user, principal: { id, kind: 'user' as const } }
  },
})
const api = route.use(caller).inject({ db: DB })
const one = api.at('/:id', Orders.row.pick('id'))
const load = {
  load: ({ params, db }: { params: { id: string }; db: Database<typeof tables> }) =>
    db.orders.byId(params.id),
}

const orders = router('/orders', {
  list: api.get('/', { access: canList('read', 'Order') }, ({ visible, db }) =>
    db.orders.find({ where: [visible, { status: 'open' }] }),
  ),
  show: one.get(
    '/',
    { access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }) },
    ({ order, user }) => {
      expectTypeOf(user).toEqualTypeOf<User>()
      return order
    },
  ),
  update: one.patch('/', { access: can('update', 'Order', load) }, ({ order }) => order.id),
  create: api.post('/', { access: can('create', 'Order') }, ({ user }) => user.id),
})

describe('a policy', () => {
  let app: Awaited<ReturnType<typeof testApp<{ orders: typeof orders }>>>
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    const made = plugin({
      name: 'tables',
      inject: { db: DB },
      start: ({ services }) => createTables(services.db),
    })
    app = await testApp({ routes: { orders }, plugins: [database(DB, sqlite(':memory:'), tables), made] })
    const db = app.resolve(DB)
    for (const [name, row] of Object.entries({
      mine: { customerId: 'ada', teamId: null, total: '1.00' },
      closed: { customerId: 'ada', teamId: null, total: '2.00', status: 'closed' as const },
      other: { customerId: 'bob', teamId: 'red', total: '3.00' },
    }))
      ids[name] = (await db.orders.insert(row)).id
  })
  afterAll(() => app.close())
  const status = async (method: string, path: string, user?: string, roles = '') => {
    const headers = user === undefined ? {} : { 'x-user': user, 'x-roles': roles }
    return (await app.request(method, path, { headers })).status
  }

  it('shows of a list what it shows of a record', async () => {
    const listed = async (user: string, roles = '') => {
      const answer = await app.request('GET', '/orders', { headers: { 'x-user': user, 'x-roles': roles } })
      return ((await answer.json()) as { id: string }[]).map(({ id }) => id)
    }
    expect(await listed('ada')).toEqual([ids['mine']])
    expect(await listed('eve')).toEqual([])
    expect(await listed('eve', 'support')).toEqual(expect.arrayContaining([ids['mine'], ids['other']]))
    expect(await status('GET', `/orders/${ids['mine']}`, 'ada')).toBe(200)
    expect(await status('GET', `/orders/${ids['closed']}`, 'ada')).toBe(200)
  })

  it('tells nobody of a record that he may not read', async () => {
    expect(await status('GET', `/orders/${ids['other']}`, 'ada')).toBe(404)
    expect(await status('PATCH', `/orders/${ids['other']}`, 'ada')).toBe(404)
    expect(await status('PATCH', `/orders/${ids['closed']}`, 'ada')).toBe(403)
    expect(await status('PATCH', `/orders/${ids['mine']}`, 'ada')).toBe(200)
  })

  it('tells a caller what the rule has for a refusal, and the same of a hidden record and of none', async () => {
    const told = async (method: string, path: string) => {
      const answer = await app.request(method, path, { headers: { 'x-user': 'ada' } })
      const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>
      return body
    }
    expect(await told('PATCH', `/orders/${ids['closed']}`)).toMatchObject({
      status: 403,
      detail: 'Only who gave an order may change it, while it is open.',
    })
    expect(await told('POST', '/orders')).toMatchObject({ detail: 'Only buyers give orders.' })
    const missing = await told('GET', `/orders/${crypto.randomUUID()}`)
    expect(missing).toMatchObject({ status: 404, detail: 'There is no such order.' })
    expect(await told('GET', `/orders/${ids['other']}`)).toEqual(missing)
  })

  it('asks who calls before it looks', async () => {
    expect(await status('GET', `/orders/${ids['mine']}`)).toBe(401)
    expect(await status('GET', '/orders')).toBe(401)
    expect(await status('POST', '/orders')).toBe(401)
    expect(await status('POST', '/orders', 'ada')).toBe(403)
    expect(await status('POST', '/orders', 'ada', 'buyer')).toBe(200)
  })

  it('holds for nobody by a value that is not there', () => {
    const user = { id: 'eve', roles: [] }
    const order = { id: 'x', customerId: 'ada', teamId: null, status: 'open' as const, total: '1.00' }
    expect(allows({ user }, 'read', 'Order', order)).toBe(false)
    expect(allows({ user }, 'hide', 'Order', order)).toBe(false)
    expect(allows({ user }, 'hide', 'Order', { ...order, teamId: 'red' })).toBe(false)
    expect(allows({ user: { ...user, teamId: 'blue' } }, 'hide', 'Order', { ...order, teamId: 'red' })).toBe(
      true,
    )
  })

  it('compares columns, and asks arrays what they contain', () => {
    const Notes = {
      columns: {
        ownerId: { kind: 'text' },
        createdBy: { kind: 'text', nullable: true },
        readers: { kind: 'json' },
      },
      '~row': {} as { ownerId: string; createdBy: string | null; readers: unknown },
    } as const
    const policy = definePolicy<{ user: User }>()((resource) => ({
      Note: resource(Notes)(({ where }) => ({
        read: where(({ user }, note) =>
          any(note.readers.contains(user.id), note.readers.contains(user.teamId as string)),
        ),
        hide: where((_, note) => not(note.ownerId.is(note.createdBy))),
      })),
    }))
    const user = { id: 'eve', roles: [] }
    const reads = (readers: unknown) =>
      policy.allows({ user }, 'read', 'Note', { ownerId: 'a', createdBy: 'a', readers })
    expect([['ada', 'eve'], ['Eve', ['eve']], [null], 'eve'].map(reads)).toEqual([true, false, false, false])
    const hides = (createdBy: string | null) =>
      policy.allows({ user }, 'hide', 'Note', { ownerId: 'ada', createdBy, readers: [] })
    expect(['eve', 'ada', null].map(hides)).toEqual([true, false, false])
  })

  it('judges records of a type', () => {
    const user = { id: 'eve', roles: [] }
    expect(allows({ user }, 'read', 'Plain', { id: 1, owner: 'eve' })).toBe(true)
    expect(allows({ user }, 'read', 'Plain', { id: 1, owner: 'ada' })).toBe(false)
    expect(allows({ user }, 'read', 'Plain', { id: 101, owner: 'ada' })).toBe(true)
    expect(allows({ user }, 'read', 'Plain', { id: 1, owner: 7 as never })).toBe(false)
  })
})

describe('what a policy refuses', () => {
  it('names that are not there', () => {
    expect(() => can('read' as never, 'Ordre' as never)).toThrow("There is no resource 'Ordre'")
    expect(() => can('raed' as never, 'Order')).toThrow("has no rule 'raed'")
    // @ts-expect-error -- it depends on the record
    expect(() => can('read', 'Order')).toThrow('depends on the record')
  })
})

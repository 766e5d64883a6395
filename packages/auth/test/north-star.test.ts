// An API with an outside identity provider, and a web app, as a user writes them.
import { reply, route, router, t, token } from '@keelson/core'
import { all, any } from '@keelson/core/conditions'
import { page, pageOf } from '@keelson/http'
import { database, defineTables, oneOf, table, text, uuid, type Database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { testApp } from '@keelson/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyOf, apiKeys, bearer, definePolicy, recent, session, Sessions, signedIn } from '@keelson/auth'
import { as, localIssuer, type LocalIssuer } from '@keelson/auth/testing'

interface User {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
}
const ADA = '00000000-0000-4000-8000-00000000000a'
const BOB = '00000000-0000-4000-8000-00000000000b'
const USERS: Readonly<Record<string, User>> = {
  [ADA]: { id: ADA, name: 'Ada', roles: ['buyer'] },
  [BOB]: { id: BOB, name: 'Bob', roles: ['support'] },
}

const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid(),
  status: oneOf('open', 'closed').default('open'),
  note: text({ maxLength: 100 }),
})
const tables = defineTables({ orders: Orders })
const DB = token<Database<typeof tables>>('db')

const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => any(user.roles.includes('support'), order.customerId.is(user.id))),
    update: where(({ user }, order) => all(order.customerId.is(user.id), order.status.is('open'))),
  })),
}))

function ordersOf(issuer: string) {
  const api = route
    .use(bearer({ issuer, allowInsecureIssuer: true, audience: 'orders', user: ({ sub }) => USERS[sub] }))
    .inject({ db: DB })
  const one = api.at('/:id', Orders.row.pick('id'))
  return router('/orders', {
    list: api.get(
      '/',
      { query: page(), response: pageOf(Orders.row), access: canList('read', 'Order') },
      ({ query, visible, db }) => db.orders.page(query, { where: [visible, { status: 'open' }] }),
    ),
    show: one.get(
      '/',
      {
        response: Orders.row,
        access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
      },
      ({ order }) => order,
    ),
    create: api.post(
      '/',
      {
        body: Orders.new.pick('note'),
        response: { 201: Orders.row },
        access: can('create', 'Order'),
      },
      async ({ body, user, db }) => reply(201, await db.orders.insert({ ...body, customerId: user.id })),
    ),
    change: one.patch(
      '/',
      {
        body: Orders.new.pick('note'),
        response: Orders.row,
        access: can('update', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
      },
      ({ order, body, db }) => db.orders.update(order, body),
    ),
  })
}

describe('an API with an outside identity provider', () => {
  let issuer: LocalIssuer
  beforeAll(async () => {
    issuer = await localIssuer({ audience: 'orders' })
  })
  afterAll(() => issuer[Symbol.asyncDispose]())

  it('shows each caller the same records one by one and in the list', async () => {
    await using app = await testApp({
      routes: { orders: ordersOf(issuer.url) },
      plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
      transport: 'socket',
    })
    const ada = await as(app, { id: ADA }, { issuer })
    const bob = await as(app, { id: BOB }, { issuer })
    const nobody = app.client.orders
    await expect(nobody.list()).rejects.toMatchObject({ status: 401 })
    const order = await ada.client.orders.create({ body: { note: 'two' } })
    await expect(bob.client.orders.create({ body: { note: 'x' } })).rejects.toMatchObject({ status: 403 })
    const params = { id: order.id }
    expect((await ada.client.orders.list()).items).toEqual([order])
    expect((await bob.client.orders.list()).items).toEqual([order])
    expect(await ada.client.orders.show({ params })).toEqual(order)
    await expect(bob.client.orders.change({ params, body: { note: 'x' } })).rejects.toMatchObject({
      status: 403,
    })
    expect(await ada.client.orders.change({ params, body: { note: 'three' } })).toMatchObject({
      note: 'three',
    })
  })
})

describe('a web app with schemes side by side', () => {
  const users = { byId: (id: string) => USERS[id] }
  const web = route.use(
    anyOf(session({ load: users.byId }), apiKeys({ user: ({ userId }) => users.byId(userId) })),
  )
  const routes = {
    home: web.get('/', { access: 'public' }, ({ user }) => user?.name ?? 'nobody'),
    me: web.get('/me', { access: signedIn() }, ({ user }) => user.name),
    close: web.delete(
      '/me',
      { access: [signedIn(), recent({ withinMs: 600_000 })], response: { 204: null } },
      () => reply(204),
    ),
    signIn: web
      .inject({ sessions: Sessions })
      .post(
        '/sign-in',
        { body: t.Object({ id: t.String() }), access: 'public', response: { 204: null } },
        async (ctx) => {
          await ctx.sessions.signIn(ctx, ctx.body.id, { factors: ['pwd'] })
          return reply(204)
        },
      ),
  }

  it('knows the caller by a session or by a key, and nobody without', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    expect(await app.client.home()).toBe('nobody')
    expect((await app.request('GET', '/me')).status).toBe(401)
    const byKey = await as(app, { id: ADA }, { scheme: 'apiKeys' })
    expect(await byKey.client.me()).toBe('Ada')
    const signedInAs = await app.request('POST', '/sign-in', { json: { id: BOB } })
    expect(signedInAs.status).toBe(204)
    const cookie = signedInAs.headers.get('set-cookie')?.split(';')[0] ?? ''
    const bySession = app.withHeaders({ cookie, 'sec-fetch-site': 'same-origin' })
    expect(await bySession.client.me()).toBe('Bob')
    expect((await bySession.request('DELETE', '/me')).status).toBe(204)
    // A key says nothing of when its user proved who it is.
    expect((await byKey.request('DELETE', '/me')).status).toBe(401)
    const foreign = app.withHeaders({ cookie, 'sec-fetch-site': 'cross-site' })
    expect((await foreign.request('DELETE', '/me')).status).toBe(403)
  })
})

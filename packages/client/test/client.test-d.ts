import { defineError, middleware, reply, route, router, t } from '@keelson/core'
import { createClient as createFetchClient } from '../src/fetch.ts'
import { createClient, undiciTransport, type Client, type ClientError } from '../src/index.ts'
import { events, lines } from '../src/streams.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(...proof: Equal<A, B> extends true ? [] : ['the types differ']): void
declare const manifest: { version: number; hash: string; routes: { 'orders.show': string } }

const Order = t.Object({ id: t.String(), total: t.Number() })
type OrderValue = { id: string; total: number }
const Closed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'Closed',
  details: t.Object({ at: t.String() }),
})
const Denied = defineError('DENIED', { status: 403, title: 'Denied' })
const Unknown = defineError('UNKNOWN_USER', { status: 401, title: 'Unknown user' })

const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: () => ({ user: 'x' }),
  describe: { errors: [Unknown] },
})
const may = middleware({ name: 'may', stage: 'authorize', run: () => {}, describe: { errors: [Denied] } })
const member = route.use(session)

const orders = router('/orders', {
  show: member.get(
    '/:id',
    { params: { id: t.String() }, response: Order, errors: [Closed], access: may },
    ({ params }) => ({ id: params.id, total: 1 }),
  ),
  list: route.get(
    '/',
    { query: { page: t.Optional(t.Integer()) }, response: t.Array(Order), access: 'public' },
    () => [],
  ),
  search: route.get('/search', { query: { text: t.String() }, access: 'public' }, () => 1),
  create: route.post(
    '/',
    {
      body: t.Object({ total: t.Number() }),
      response: { 201: Order, 202: t.Object({ queued: t.Boolean() }) },
      access: 'public',
    },
    () => reply(202, { queued: true }),
  ),
  remove: route.delete('/:id', { response: { 204: null }, access: 'public' }, () => reply(204)),
  ping: route.get('/ping', { response: t.String(), access: 'public' }, () => 'pong'),
  replace: route.put(
    '/:id',
    { headers: { 'if-match': t.String() }, body: Order, response: Order, access: 'public' },
    ({ body }) => body,
  ),
  watch: route.get('/:id/events', { access: 'public' }, () => 'x'),
})
const users = router('/users/:userId', {
  orders,
  nested: { me: route.get('/me', { access: 'public' }, () => 1) },
})

const ping = route.get('/ping', { response: t.String(), access: 'public' }, () => 'pong')

const live = route.get('/live', { access: 'public', upgrades: 'websocket' }, () => 1)

type Api = {
  orders: typeof orders
  users: typeof users
  plain: { deep: { ping: typeof ping } }
  live: typeof live
}

const api = createClient<Api>({ baseUrl: 'http://h', manifest })

// A call resolves to the body of the success.
same<Awaited<ReturnType<typeof api.orders.show>>, OrderValue>()
same<Awaited<ReturnType<typeof api.orders.ping>>, string>()
same<Awaited<ReturnType<typeof api.orders.remove>>, undefined>()
same<Awaited<ReturnType<typeof api.orders.search>>, unknown>()
const order: OrderValue = await api.orders.show({ params: { id: 'x' } })

// What is sent is typed, and required where the route requires it.
// @ts-expect-error -- params are required
api.orders.show()
// @ts-expect-error -- the param has another name
api.orders.show({ params: { key: 'x' } })
// @ts-expect-error -- the param is a string
api.orders.show({ params: { id: 1 } })
// @ts-expect-error -- the route has no body
api.orders.show({ params: { id: 'x' }, body: {} })
// @ts-expect-error -- the query has a required field
api.orders.search()
// @ts-expect-error -- the body's total is a number
api.orders.create.result({ body: { total: '1' } })
// @ts-expect-error -- the declared header is missing
api.orders.replace({ params: { id: 'x' }, body: order })
api.orders.replace({ params: { id: 'x' }, headers: { 'if-match': 'e' }, body: order })

// Input of which nothing is required may be left out.
api.orders.ping()
api.orders.ping({}, { timeoutMs: 1, signal: new AbortController().signal, headers: { a: 'b' } })
api.orders.list()
api.orders.list({})
api.orders.list({ query: {} })
api.orders.list({ query: { page: 1 } })
// @ts-expect-error -- no such field
api.orders.list({ query: { pages: 1 } })
// @ts-expect-error -- the page is a number
api.orders.list({ query: { page: 'x' } })

// Several successes: only as a result.
// @ts-expect-error -- This route has several success statuses: call .result() and switch over status.
api.orders.create({ body: { total: 1 } })
const created = await api.orders.create.result({ body: { total: 1 } })
if (created.ok) {
  switch (created.status) {
    case 201:
      same<typeof created.data, OrderValue>()
      break
    case 202:
      same<typeof created.data, { queued: boolean }>()
      break
    default:
      same<typeof created, never>()
  }
  const { location } = created.headers
  same<typeof location, string | readonly string[] | undefined>()
}

// Errors are exhausted by a switch over their codes: the route's, its middleware's, its access rule's, and UNEXPECTED.
const shown = await api.orders.show.result({ params: { id: 'x' } })
if (!shown.ok) {
  const { error } = shown
  switch (error.code) {
    case 'ORDER_CLOSED':
      same<typeof error.details, { at: string }>()
      same<typeof error.status, 409>()
      break
    case 'DENIED':
    case 'UNKNOWN_USER':
      same<typeof error.details, undefined>()
      break
    case 'UNEXPECTED':
      same<typeof error.serverCode, string | undefined>()
      break
    default:
      same<typeof error, never>()
  }
}
const pinged = await api.orders.ping.result()
if (!pinged.ok) same<typeof pinged.error.code, 'UNEXPECTED'>()
else same<typeof pinged.data, string>()

// Params of routers above join the route's own.
api.users.orders.show({ params: { userId: 'u', id: 'x' } })
// @ts-expect-error -- the router's param is missing
api.users.orders.show({ params: { id: 'x' } })
api.users.orders.list({ params: { userId: 'u' } })
// @ts-expect-error -- the router's param is missing
api.users.orders.list()
api.users.nested.me({ params: { userId: 'u' } })

// Objects between routers are branches.
api.plain.deep.ping()

// What is not there is an error, and nothing is `any`.
// @ts-expect-error -- no such route
api.orders.cancel()
// @ts-expect-error -- a branch is no function
api.orders()
same<Client<Api>['orders'], typeof api.orders>()

// Nobody calls a route that switches its connection.
// @ts-expect-error -- This route switches its connection to another protocol: open it with a client of that protocol.
api.live()
// @ts-expect-error -- it has no result either
api.live.result()
// @ts-expect-error -- nor a stream of events
events(api.live)

// Browsers get the same client.
same<typeof api, ReturnType<typeof createFetchClient<Api>>>()

// Streams take the input of their call.
for await (const event of events(api.orders.watch, { params: { id: 'x' } }, { reconnect: true })) {
  same<typeof event.data, string>()
}
for await (const value of lines(api.orders.search, { query: { text: 'x' } })) same<typeof value, unknown>()
for await (const value of lines(api.orders.ping, {}, { parse: Number })) same<typeof value, number>()
events(api.orders.ping)
events(api.orders.create, { body: { total: 1 } })
// @ts-expect-error -- params are required
events(api.orders.watch)
// @ts-expect-error -- the param has another name
events(api.orders.watch, { params: { key: 'x' } })

// An undici dispatcher fits without its types being asked for.
const { Agent, ProxyAgent, MockAgent } = await import('undici')
undiciTransport({ dispatcher: new Agent() })
undiciTransport({ dispatcher: new ProxyAgent('http://proxy') })
undiciTransport({ dispatcher: new MockAgent() })

declare const error: ClientError
same<typeof error.code, string>()

// Routes of another copy of the package are told by their brand: its classes are others to the compiler.
interface OtherRoute<TIn, TOut, TErrors> {
  readonly '~internal': 'route'
  readonly '~types': { readonly in: TIn; readonly out: TOut; readonly errors: TErrors }
  readonly options: { readonly otherCopy: unique symbol }
}
interface OtherRouter<TTree, TPrefix> {
  readonly '~internal': 'router'
  readonly '~types': { readonly tree: TTree; readonly prefixParams: TPrefix }
  readonly options: { readonly otherCopy: unique symbol }
}
type OtherShow = OtherRoute<{ params: { id: string } }, { 200: OrderValue }, never>
declare const other: Client<{ shop: OtherRouter<{ show: OtherShow }, { tenant: string }> }>
same<Awaited<ReturnType<typeof other.shop.show>>, OrderValue>()
other.shop.show({ params: { id: 'x', tenant: 't' } })
// @ts-expect-error -- the router's param is missing
other.shop.show({ params: { id: 'x' } })

import { createApp, route, router, t, type App, type RouteTree } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { orders } from './invoke-support.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(...proof: Equal<A, B> extends true ? [] : ['the types differ']): void

const app = createApp({
  routes: {
    orders,
    api: { ping: route.get('/ping', { response: t.String(), access: 'public' }, () => 'pong') },
    deep: router('/:region', { orders }),
    live: route.get('/live', { access: 'public', upgrades: 'websocket' }, () => 1),
  },
})

// @ts-expect-error -- This route switches its connection to another protocol: open it with a client of that protocol.
app.invoke('live')

// An app is still an app, whatever its routes.
const any: App = app
toOpenApi(app, { info: { title: 'x', version: '1' } })

const params = { tenant: 'acme', id: 7 }
const shown = await app.invoke('orders.show', { params }, { as: { user: { id: 'ada' } }, deadlineMs: 5 })
if (shown.ok) {
  same<typeof shown.status, 200>()
  same<typeof shown.data, { id: number; total: number }>()
  // @ts-expect-error -- Property 'totl' does not exist on type '{ id: number; total: number; }'. Did you mean 'total'?
  void shown.data.totl
} else {
  // Errors are exhausted by a switch over their codes, as in the client.
  const { error } = shown
  switch (error.code) {
    case 'CLOSED':
      same<typeof error.details, { since: number }>()
      break
    case 'ERR_CORE_UNAUTHORIZED':
    case 'ERR_CORE_FORBIDDEN':
    case 'ERR_CORE_NOT_FOUND':
      break
    case 'UNEXPECTED':
      same<typeof error.serverCode, string | undefined>()
      break
    default:
      same<typeof error, never>()
  }
  // @ts-expect-error -- This comparison appears to be unintentional because the types have no overlap.
  void (shown.error.code === 'CLOSD')
}
// @ts-expect-error -- Property 'data' does not exist on type '{ readonly ok: false; … }'.
void shown.data

const created = await app.invoke('orders.create', { params: { tenant: 'a' }, body: { total: 1 } })
if (created.ok && created.status === 202) same<typeof created.data, { queued: boolean }>()
if (created.ok && created.status === 201) same<typeof created.data, { id: number; total: number }>()

// Params of all routers above are needed; input of which nothing is required may be left out.
app.invoke('deep.orders.show', { params: { ...params, region: 'eu' } })
// @ts-expect-error -- Property 'region' is missing
app.invoke('deep.orders.show', { params })
app.invoke('api.ping')
app.invoke('api.ping', {}, { meta: { 'accept-language': 'de' }, signal: new AbortController().signal })

// @ts-expect-error -- 'params' does not exist in type 'TypeMessage<"No route has this name.">'
app.invoke('orders.shw', { params })
// @ts-expect-error -- a router has no call: No route has this name.
app.invoke('orders', { params })
// @ts-expect-error -- Property 'tenant' is missing in type '{ id: number; }' but required in type '{ readonly tenant: string; }'.
app.invoke('orders.show', { params: { id: 7 } })
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
app.invoke('orders.show', { params: { tenant: 'acme', id: '7' } })
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
app.invoke('orders.create', { params: { tenant: 'acme' }, body: { total: '1' } })
// @ts-expect-error -- Expected 2-3 arguments, but got 1.
app.invoke('orders.show')
// @ts-expect-error -- 'pge' does not exist in type '{ page?: number; … }'.
app.invoke('orders.list', { params: { tenant: 'acme' }, query: { pge: 1 } })
// @ts-expect-error -- 'ass' does not exist in type 'InvokeOptions'.
app.invoke('orders.show', { params }, { ass: {} })
// @ts-expect-error -- Type 'string' is not assignable to type 'Readonly<Record<string, unknown>>'.
app.invoke('orders.show', { params }, { as: 'ada' })
// @ts-expect-error -- the route takes no query
app.invoke('api.ping', { query: { a: 1 } })

// By a name that is known at run time alone, and of an app whose routes are not.
declare const name: string
const result = await app.invoke(name, { params: { id: 1 } })
if (result.ok) same<typeof result.data, unknown>()
else same<typeof result.error.code, string>()
await any.invoke('whatever', { body: 1 })
declare function takes(given: App<RouteTree>): void
takes(app)

// The steps, each an app that serves all there is: what no route takes goes to the old one.
import { mount, type AppOptions } from '@keelson/core'
import { orders, ordersRead, storeOf } from './new/orders.routes.ts'
import { oldApp, type Moved } from './old/app.ts'
import { Store } from './store.ts'

/** Paths as Express compares them: a slash at the end and the case of letters make no difference. */
const routing = { trailingSlash: 'ignore', caseSensitive: false } as const
const old = (store: Store, moved: Moved) => mount('/', oldApp(store, moved), { access: 'public' })

/** 1: nothing has moved. Every request has an id and a line in the log already, and the app stops gracefully. */
export function mounted(store = new Store()) {
  return {
    name: 'shop',
    routing,
    routes: { old: old(store, 'nothing') },
  } satisfies AppOptions
}

/** 2: orders are read by routes. `POST /orders` still goes to the old router, as methods are matched one by one; its GETs are deleted. */
export function readsMoved(store = new Store()) {
  return {
    name: 'shop',
    routing,
    routes: { orders: ordersRead, old: old(store, 'reads') },
    providers: [storeOf(store)],
  } satisfies AppOptions
}

/** 3: the router has moved, and is deleted. Customers are next. */
export function ordersMoved(store = new Store()) {
  return {
    name: 'shop',
    routing,
    routes: { orders, old: old(store, 'orders') },
    providers: [storeOf(store)],
  } satisfies AppOptions
}

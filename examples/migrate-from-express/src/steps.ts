// The steps, each an app that serves all there is: what no route takes goes to the old one.
import { mount, type AppOptions } from '@keelson/core'
import { orders, ordersRead, storeOf } from './new/orders.ts'
import { oldApp } from './old/app.ts'
import { Store } from './store.ts'

/** 1: nothing has moved. Every request has an id and a line in the log already, and the app stops gracefully. */
export function mounted(store = new Store()) {
  return {
    name: 'shop',
    routes: { old: mount('/', oldApp(store), { access: 'public' }) },
  } satisfies AppOptions
}

/** 2: orders are read by routes. `POST /orders` still goes to the old router, as methods are matched one by one. */
export function readsMoved(store = new Store()) {
  return {
    name: 'shop',
    routes: { orders: ordersRead, old: mount('/', oldApp(store), { access: 'public' }) },
    providers: [storeOf(store)],
  } satisfies AppOptions
}

/** 3: the router has moved, and its file in `old` can be deleted. Customers are next. */
export function ordersMoved(store = new Store()) {
  return {
    name: 'shop',
    routes: { orders, old: mount('/', oldApp(store), { access: 'public' }) },
    providers: [storeOf(store)],
  } satisfies AppOptions
}

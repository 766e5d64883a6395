// W2: a request as JSON services know it: path, query and body are validated, the answer is mapped.
import { placeOrder, toOrderView, type OrderInput } from '../domain/orders.ts'
import type { WireRequest } from '../harness/http.ts'
import { expectInvalid, expectJson, expectStatus } from '../harness/verify.ts'
import type { Job } from './contract.ts'

const USERS = Array.from({ length: 16 }, (_, index) => `3f2b8c1e-7d4a-4e0b-9a6f-0c5d1e2f3a${index + 10}`)

/** About 1 KB of JSON. */
const ORDER: OrderInput = {
  customer: { name: 'Ada Lovelace', email: 'ada.lovelace@example.org' },
  shipTo: { street: '12 St James Square', city: 'London', zip: 'SW1Y 4JH', country: 'GB' },
  currency: 'GBP',
  note: 'Leave with the porter, please.',
  items: Array.from({ length: 10 }, (_, index) => ({
    sku: `KEEL-${1000 + index * 7}`,
    name: `Brass fitting no. ${index + 1}`,
    quantity: index + 1,
    unitPrice: 12.5 + index,
  })),
}
const BODY = JSON.stringify(ORDER)
const USER = USERS[0] as string

function post(userId: string, body: string = BODY, dryRun = 'true'): WireRequest {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return { method: 'POST', path: `/api/v1/users/${userId}/orders?dryRun=${dryRun}`, headers, body }
}

function changed(change: object): string {
  return JSON.stringify({ ...ORDER, ...change })
}

function view(userId: string, isDryRun: boolean): unknown {
  return JSON.parse(JSON.stringify(toOrderView(placeOrder(userId, isDryRun, ORDER))))
}

const wrongItem = { ...ORDER.items[0], quantity: 0 }

export const orders: Job = {
  app: 'orders',
  requests: USERS.map((userId) => post(userId)),
  checks: [
    { name: 'valid order', request: post(USER), problem: expectJson(view(USER, true)) },
    { name: 'not a dry run', request: post(USER, BODY, 'false'), problem: expectJson(view(USER, false)) },
    { name: 'id is no UUID', request: post('ada'), problem: expectInvalid },
    { name: 'dryRun is no boolean', request: post(USER, BODY, 'perhaps'), problem: expectInvalid },
    {
      name: 'wrong nested item',
      request: post(USER, changed({ items: [wrongItem] })),
      problem: expectInvalid,
    },
    {
      name: 'wrong e-mail',
      request: post(USER, changed({ customer: { name: 'A', email: 'a' } })),
      problem: expectInvalid,
    },
    { name: 'no items', request: post(USER, changed({ items: undefined })), problem: expectInvalid },
    { name: 'not JSON', request: post(USER, '{"customer":'), problem: expectStatus(400) },
    { name: 'unknown path', request: { method: 'GET', path: '/api/v1/nothing' }, problem: expectStatus(404) },
    {
      name: 'another route',
      request: { method: 'GET', path: `/api/v1/resource1/${USER}` },
      problem: expectJson({ resource: 'resource1', id: USER }),
    },
  ],
}

/** W2's app with more or fewer routes, for W6. */
export function ordersWithRoutes(count: number): Job {
  return { ...orders, env: { ROUTES: String(count) } }
}

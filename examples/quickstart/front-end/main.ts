// As in a repository of its own: beside the client it has the two files that `npm run front-end` writes, and nothing of
// the server.
import { createClient } from '@keelson/client'
import { lines } from '@keelson/client/streams'
import type { Api, Order } from './quickstart.api.d.ts'
import manifest from './quickstart.manifest.json' with { type: 'json' }

/** Who calls, and where. */
export interface Caller {
  readonly baseUrl: string
  readonly key: string
}

function shopOf({ baseUrl, key }: Caller) {
  return createClient<Api>({ baseUrl, manifest, headers: { authorization: `Bearer ${key}` } })
}

/** Buys tea. @returns the order */
export function buyTea(caller: Caller, customer: string): Promise<Order> {
  const items = [{ sku: 'tea', quantity: 2, priceCents: 450 }]
  return shopOf(caller).orders.create({ body: { customer, items } })
}

/** Closes an order. @returns a sentence that tells how it went */
export async function close(caller: Caller, id: string): Promise<string> {
  const outcome = await shopOf(caller).orders.close.result({ params: { id } })
  if (outcome.ok) return `Order ${outcome.data.id} is ${outcome.data.status}.`
  switch (outcome.error.code) {
    case 'ORDER_CLOSED':
      return `Order ${outcome.error.details.id} was closed before.`
    case 'ERR_DB_STALE':
    case 'ERR_CORE_NOT_FOUND':
    case 'ERR_CORE_UNAUTHORIZED':
    case 'ERR_CORE_FORBIDDEN':
    case 'ERR_CORE_UNAVAILABLE':
      return outcome.error.title
    case 'UNEXPECTED':
      throw outcome.error.cause
  }
}

/** All customers, in the order of their orders. */
export async function customers(caller: Caller): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines(shopOf(caller).orders.export)) found.push((line as Order).customer)
  return found
}

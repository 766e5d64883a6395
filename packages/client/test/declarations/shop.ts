// What users export and emit declarations of, where the client alone is installed: a client, its outcomes, its options.
import { createClient, retry, undiciTransport, violationsOf, type ClientError } from '@keelson/client'
import { createClient as createFetchClient } from '@keelson/client/fetch'
import { events, lines, type StreamCall } from '@keelson/client/streams'

interface Api {
  readonly orders: {
    readonly show: {
      readonly '~types': {
        readonly in: { params: { id: string } }
        readonly out: { 200: { id: string; total: number } }
        readonly errors: { code: 'ORDER_GONE'; status: 410; title: string; details: { since: string } }
      }
    }
  }
}

const manifest = { version: 1, hash: '', routes: { 'orders.show': 'GET /orders/:id ORDER_GONE' } }
export const transport = undiciTransport({ connections: 4 })
export const interceptors = [retry()]
export const shop = createClient<Api>({ baseUrl: 'http://127.0.0.1', manifest, transport, interceptors })
export const page = createFetchClient<Api>({ baseUrl: '/api', manifest })
export const show = (id: string) => shop.orders.show.result({ params: { id } })
export const total = async (id: string) => (await shop.orders.show({ params: { id } })).total
export const problems = (error: ClientError) => violationsOf(error)
export const watch = (call: StreamCall) => [events(call), lines(call)] as const

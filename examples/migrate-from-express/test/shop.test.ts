// What clients see of the shop, before it moved and after each step.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testApp } from '@keelson/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oldApp } from '../src/old/app.ts'
import { mounted, ordersMoved, readsMoved } from '../src/steps.ts'
import { Store } from '../src/store.ts'

interface Served extends AsyncDisposable {
  readonly baseUrl: string
}

async function expressAlone(): Promise<Served> {
  const server = createServer(oldApp(new Store())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}

const STEPS: readonly (readonly [name: string, serve: () => Promise<Served>, moved: readonly string[]])[] = [
  ['Express alone', expressAlone, []],
  ['step 1, mounted', () => testApp({ ...mounted(), transport: 'socket' }), []],
  ['step 2, reads moved', () => testApp({ ...readsMoved(), transport: 'socket' }), ['GET']],
  ['step 3, orders moved', () => testApp({ ...ordersMoved(), transport: 'socket' }), ['GET', 'POST']],
]

describe.each(STEPS)('the shop: %s', (name, serve, moved) => {
  let shop: Served
  beforeAll(async () => {
    shop = await serve()
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  const ask = async (method: string, path: string, body?: unknown, key: string | undefined = 'secret') => {
    const response = await fetch(shop.baseUrl + path, {
      method,
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const type = response.headers.get('content-type')?.split(';')[0]
    return { status: response.status, type, body: await response.json(), response }
  }

  it('shows orders', async () => {
    const type = 'application/json'
    const first = { id: 1, customer: 'ada', total: 12.5 }
    expect(await ask('GET', '/orders/1')).toMatchObject({ status: 200, type, body: first })
    const { body } = await ask('GET', '/orders')
    expect(body).toContainEqual(first)
  })

  it('takes orders, with more than it knows, and shows them from then on', async () => {
    const { status, body } = await ask('POST', '/orders', { customer: 'eve', total: 3, coupon: 'X' })
    expect([status, body]).toMatchObject([201, { customer: 'eve', total: 3 }])
    expect(body).not.toHaveProperty('coupon')
    const { id } = body as { id: number }
    expect((await ask('GET', `/orders/${id}`)).body).toEqual(body)
    expect((await ask('GET', '/customers/eve')).body).toEqual({ name: 'eve', orders: 1 })
  })

  it('refuses in one form, whoever answers', async () => {
    const type = 'application/json'
    const gone = { status: 404, type, body: { error: 'There is no such order.' } }
    expect(await ask('GET', '/orders/99')).toMatchObject(gone)
    const wrong = { status: 400, type, body: { error: 'The order is not valid.' } }
    for (const order of [
      {},
      { customer: '', total: 1 },
      { customer: 'eve', total: -1 },
      { customer: 'eve', total: '1' },
    ])
      expect(await ask('POST', '/orders', order)).toMatchObject(wrong)
    const stranger = { status: 401, type, body: { error: 'Send your key in x-api-key.' } }
    expect(await ask('GET', '/orders', undefined, 'wrong')).toMatchObject(stranger)
    expect(await ask('POST', '/orders', { customer: 'eve', total: 1 }, 'wrong')).toMatchObject(stranger)
  })

  it('is answered by the routes that have moved, and by Express for the rest', async () => {
    const byExpress = async (method: string, path: string, body?: unknown) =>
      (await ask(method, path, body)).response.headers.get('content-type')?.includes('charset') === true
    expect(await byExpress('GET', '/orders')).toBe(!moved.includes('GET'))
    expect(await byExpress('POST', '/orders', {})).toBe(!moved.includes('POST'))
    expect(await byExpress('GET', '/customers/ada')).toBe(true)
  })

  it('gives each request an id, once it is mounted', async () => {
    const { response } = await ask('GET', '/customers/ada')
    expect(response.headers.has('x-request-id')).toBe(name !== 'Express alone')
  })
})

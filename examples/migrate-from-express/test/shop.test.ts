// What clients see of the shop, before it moved and after each step.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STEPS, type Served } from './served.ts'

describe.each(STEPS)('the shop: %s', (name, serve, moved) => {
  let shop: Served
  beforeAll(async () => {
    shop = await serve()
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  const byExpress = (response: Response): boolean =>
    response.headers.get('content-type')?.includes('charset') === true

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
    const without = await fetch(`${shop.baseUrl}/orders`)
    expect([without.status, await without.json()]).toEqual([401, stranger.body])
  })

  it.each(['/orders', '/orders/', '/Orders', '/ORDERS/?x=1'])(
    'is answered at %s by the routes that have moved, and by Express for the rest',
    async (path) => {
      const read = await ask('GET', path)
      expect([read.status, byExpress(read.response)]).toEqual([200, !moved.includes('GET')])
      const written = await ask('POST', path, { customer: 'eve', total: 3 })
      expect([written.status, byExpress(written.response)]).toEqual([201, !moved.includes('POST')])
    },
  )

  it('is answered by Express elsewhere', async () => {
    expect(byExpress((await ask('GET', '/customers/ada')).response)).toBe(true)
  })

  it('has no path left by which the old router answers what has moved', async () => {
    const left: string[] = []
    for (const path of ['/orders//', '/Orders//', '/orders/1/', '/ORDERS/1', '/orders//1', '/orders/1//']) {
      const response = await fetch(shop.baseUrl + path, { headers: { 'x-api-key': 'secret' } })
      await response.text()
      if (byExpress(response) && response.ok) left.push(path)
    }
    expect(left).toEqual(moved.includes('GET') ? [] : ['/orders//', '/Orders//', '/orders/1/', '/ORDERS/1'])
  })

  it.runIf(!moved.includes('POST'))('shows what the old checks have let pass', async () => {
    const body = '{"customer":"eve","total":1e999}'
    const headers = { 'x-api-key': 'secret', 'content-type': 'application/json' }
    const taken = await fetch(`${shop.baseUrl}/orders`, { method: 'POST', headers, body })
    const { id } = (await taken.json()) as { id: number }
    const order = { id, customer: 'eve', total: null }
    expect(await ask('GET', `/orders/${id}`)).toMatchObject({ status: 200, body: order })
    expect((await ask('GET', '/orders')).body).toContainEqual(order)
  })

  it('gives each request an id, once it is mounted', async () => {
    const { response } = await ask('GET', '/customers/ada')
    expect(response.headers.has('x-request-id')).toBe(name !== 'Express alone')
  })
})

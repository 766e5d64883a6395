import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '../src/orders.contract.ts'
import { LIMIT_MS, READER, Service, TEA, WRITER, type Call } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
}, LIMIT_MS)

afterAll(async () => {
  await service.stop()
}, LIMIT_MS)

/** Status, and the body as JSON. */
async function ask(method: string, path: string, call?: Call): Promise<[number, Record<string, unknown>]> {
  const response = await service.call(method, path, call)
  return [response.status, (await response.json()) as Record<string, unknown>]
}

describe('the orders', () => {
  it('are created, and shown at the location that the answer gives', async () => {
    const json = { customer: 'Ada', items: [TEA, { sku: 'cup', quantity: 1, priceCents: 1200 }] }
    const created = await service.call('POST', '/orders', { key: WRITER, json })
    const order = (await created.json()) as Order
    expect(created.status).toBe(201)
    expect(order).toMatchObject({ customer: 'Ada', status: 'open', totalCents: 2100, items: json.items })
    expect(created.headers.get('location')).toBe(`/orders/${order.id}`)
    expect(await ask('GET', `/orders/${order.id}`, { key: READER })).toEqual([200, order])
  })

  it('are closed once; the second time is a 409 that names the order', async () => {
    const { id } = await service.create('Ada')
    const [first, closed] = await ask('POST', `/orders/${id}/close`, { key: WRITER })
    expect([first, closed['status']]).toEqual([200, 'closed'])
    expect(await ask('POST', `/orders/${id}/close`, { key: WRITER })).toMatchObject([
      409,
      { code: 'ORDER_CLOSED', title: 'The order is closed', details: { id } },
    ])
  })

  it('are listed page by page, each once and in order, while others are added', async () => {
    const before: string[] = []
    for (let n = 0; n < 12; n++) before.push((await service.create(`page ${n}`)).id)
    const added: string[] = []
    const seen: string[] = []
    let pages = 0
    for (let path: string | undefined = '/orders?limit=5'; path !== undefined; pages++) {
      const response = await service.call('GET', path, { key: READER })
      const page = (await response.json()) as { items: Order[]; next?: string }
      expect(page.items.length).toBeLessThanOrEqual(5)
      seen.push(...page.items.map(({ id }) => id))
      if (pages < 3) added.push((await service.create(`late ${pages}`)).id)
      path = page.next && `/orders?limit=5&after=${page.next}`
    }
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.slice(-15)).toEqual([...before, ...added])
  })

  it('are listed from the cache, until one is taken or closed', async () => {
    const { id } = await service.create('kept')
    const last = async (key = READER): Promise<Order | undefined> => {
      const { items } = (await ask('GET', '/orders?limit=100', { key }))[1] as { items: Order[] }
      return items.find((order) => order.id === id)
    }
    const rename = (customer: string): void => {
      using db = new DatabaseSync(service.databaseFile)
      db.prepare('update orders set customer = ? where id = ?').run(customer, id)
    }
    expect((await last())?.customer).toBe('kept')
    rename('behind its back')
    expect((await last())?.customer).toBe('kept')
    expect((await last(WRITER))?.customer).toBe('behind its back')
    await service.create('another')
    expect((await last())?.customer).toBe('behind its back')
    rename('again')
    expect((await last())?.customer).toBe('behind its back')
    await ask('POST', `/orders/${id}/close`, { key: WRITER })
    expect(await last()).toMatchObject({ customer: 'again', status: 'closed' })
  })
})

describe('a caller', () => {
  it('without a key gets a 401 with the challenge, whatever else is wrong', async () => {
    const response = await service.call('POST', '/orders/nonsense/close')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="quickstart"')
    expect(await response.json()).toMatchObject({ code: 'ERR_CORE_UNAUTHORIZED' })
    expect(await ask('GET', '/orders', { key: 'wrong-key' })).toMatchObject([401, {}])
  })

  it('without the role gets a 403, and learns nothing about the body', async () => {
    const [status, problem] = await ask('POST', '/orders', { key: READER, json: {} })
    expect([status, problem['code'], problem['errors']]).toEqual([403, 'ERR_CORE_FORBIDDEN', undefined])
  })

  it('closes what she took herself; of what she sees besides, that is a 403', async () => {
    const { id } = await service.create('Ada')
    expect(await ask('POST', `/orders/${id}/close`, { key: READER })).toMatchObject([403, {}])
    expect(await ask('POST', `/orders/${id}/close`, { key: WRITER })).toMatchObject([200, {}])
  })

  it('sees orders of others nowhere: not by their id, not in the list, not in the export', async () => {
    const { id } = await service.create('Ada')
    using db = new DatabaseSync(service.databaseFile)
    db.prepare('update orders set taken_by = ? where id = ?').run('bob', id)
    expect(await ask('GET', `/orders/${id}`, { key: WRITER })).toMatchObject([404, {}])
    expect(await ask('POST', `/orders/${id}/close`, { key: WRITER })).toMatchObject([404, {}])
    const [, page] = await ask('GET', '/orders?limit=100', { key: WRITER })
    const exported = await service.call('GET', '/orders/export', { key: WRITER })
    expect(`${JSON.stringify(page)} ${await exported.text()}`).not.toContain(id)
    expect(await ask('GET', `/orders/${id}`, { key: READER })).toMatchObject([200, { id }])
  })
})

describe('a wrong request', () => {
  it('is told all its violations at once', async () => {
    const json = { customer: '', items: [{ ...TEA, quantity: '2' }], coupon: 'X' }
    const [status, { code, errors }] = await ask('POST', '/orders', { key: WRITER, json })
    expect([status, code]).toEqual([400, 'ERR_CORE_VALIDATION'])
    const places = (errors as { in: string; pointer: string }[]).map((error) => error.in + error.pointer)
    expect(places.toSorted()).toEqual(['body/coupon', 'body/customer', 'body/items/0/quantity'])
  })

  const cases: readonly (readonly [
    name: string,
    method: string,
    path: string,
    call: Call,
    status: number,
  ])[] = [
    ['an id that is no uuid', 'GET', '/orders/7', {}, 404],
    ['a limit that is no number', 'GET', '/orders?limit=ten', {}, 400],
    ['a limit that is too high', 'GET', '/orders?limit=101', {}, 400],
    ['a cursor of another list', 'GET', '/orders?after=1', {}, 400],
    ['a broken escape in the path', 'GET', '/orders/%zz', {}, 400],
    ['malformed JSON', 'POST', '/orders', { body: '{"customer":' }, 400],
    ['an order that does not exist', 'GET', `/orders/${randomUUID()}`, {}, 404],
    ['closing an order that does not exist', 'POST', `/orders/${randomUUID()}/close`, {}, 404],
    ['a path that does not exist', 'GET', '/customers', {}, 404],
    ['a method that does not exist', 'DELETE', '/orders', {}, 405],
    ['an answer that is not made', 'GET', '/orders', { headers: { accept: 'text/html' } }, 406],
    ['a body that is too large', 'POST', '/orders', { body: ' '.repeat(2_000_000) }, 413],
    ['a target that is too long', 'GET', `/orders?${'a'.repeat(9000)}`, {}, 414],
    ['another media type', 'POST', '/orders', { body: 'a=b', headers: { 'content-type': 'text/csv' } }, 415],
    ['a head that is too large', 'GET', '/orders', { headers: { 'x-much': 'a'.repeat(20_000) } }, 431],
  ]
  it.each(cases)('%s is answered with a problem', async (_name, method, path, call, status) => {
    const response = await service.call(method, path, { key: WRITER, ...call })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      status,
      code: expect.stringMatching(/^ERR_(CORE|DB)_/) as string,
    })
  })

  it('learns the methods that there are', async () => {
    const response = await service.call('DELETE', '/orders', { key: WRITER })
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
  })
})

describe('the service', () => {
  it('answers the probes in one word, to everybody', async () => {
    const answers = await Promise.all(['/livez', '/readyz'].map((path) => service.call('GET', path)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['ok', 'ready'])
  })

  it('says at / where to go', async () => {
    expect(await ask('GET', '/')).toEqual([
      200,
      { orders: '/orders', docs: '/docs', health: ['/livez', '/readyz'] },
    ])
  })

  it('logs each request, and what its handler logs, under the id that the client sees', async () => {
    const response = await service.call('POST', '/orders', {
      key: WRITER,
      json: { customer: 'Ada', items: [TEA] },
    })
    const requestId = response.headers.get('x-request-id')
    const { id } = (await response.json()) as Order
    const lines = (): readonly Record<string, unknown>[] =>
      service.log.filter((line) => line['requestId'] === requestId)
    await service.until(() => lines().length >= 2, 'does not log')
    expect(lines()).toMatchObject([
      { msg: 'Order created.', orderId: id, by: WRITER },
      { method: 'POST', route: 'orders.create', pattern: '/orders', status: 201 },
    ])
    expect(service.stdout.split(service.keys[WRITER] as string)).toHaveLength(2)
  })
})

import { randomUUID } from 'node:crypto'
import { toManifest } from '@keelson/core'
import { ClientError, createClient } from '@keelson/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app, type Api } from '../src/app.ts'
import { LIMIT_MS, READER, Service, TEA, WRITER } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
}, LIMIT_MS)

afterAll(async () => {
  await service.stop()
}, LIMIT_MS)

function clientOf(key: string) {
  const manifest = toManifest(app.routes)
  return createClient<Api>({ baseUrl: service.url, manifest, headers: service.credentialOf(key) })
}

type Outcome = Awaited<ReturnType<ReturnType<typeof clientOf>['orders']['close']['result']>>

/** Every declared code is known to the compiler, and so are its details. */
function told(outcome: Outcome): string {
  if (outcome.ok) return 'It went well.'
  switch (outcome.error.code) {
    case 'ORDER_CLOSED':
      return `Order ${outcome.error.details.id} is closed.`
    default:
      return `Another error came: ${outcome.error.code}`
  }
}

describe('the typed client', () => {
  it('creates, shows and lists orders with the types of the routes', async () => {
    const { orders } = clientOf(WRITER)
    const order = await orders.create({ body: { customer: 'Ada', items: [TEA] } })
    expect(order.totalCents).toBe(TEA.quantity * TEA.priceCents)
    expect(await orders.show({ params: { id: order.id } })).toEqual(order)
    const page = await orders.list({ query: { limit: 5 } })
    expect(page.items.map(({ id }) => id)).toContain(order.id)
  })

  it('gives a declared error as a member of a union that a switch takes apart', async () => {
    const { orders } = clientOf(WRITER)
    const { id } = await orders.create({ body: { customer: 'Ada', items: [TEA] } })
    await orders.close({ params: { id } })
    const outcome = await orders.close.result({ params: { id } })
    expect([outcome.status, told(outcome)]).toEqual([409, `Order ${id} is closed.`])
  })

  it('throws for every other answer', async () => {
    const { orders } = clientOf(READER)
    const error: unknown = await orders
      .show({ params: { id: randomUUID() } })
      .catch((thrown: unknown) => thrown)
    expect(ClientError.is(error) && [error.status, error.code]).toEqual([404, 'ERR_CORE_NOT_FOUND'])
  })
})

describe('the docs page', () => {
  it('is served with the document that it shows', async () => {
    const page = await service.call('GET', '/docs')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const document = (await (await service.call('GET', '/docs/openapi.json')).json()) as { paths: object }
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/orders', '/orders/{id}/close']))
  })
})

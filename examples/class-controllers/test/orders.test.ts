import { bind } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ordersIn } from '../src/app.ts'
import { PricesService } from '../src/orders/prices.service.ts'

const options = ordersIn(':memory:')
const TEA = { customer: 'Ada', items: [{ sku: 'tea', quantity: 2 }] }
const writer = { 'x-api-key': 'writer-key' }
const reader = { 'x-api-key': 'reader-key' }

describe('orders of a controller', () => {
  let app: Awaited<ReturnType<typeof testApp<typeof options.routes>>>
  beforeAll(async () => {
    app = await testApp(options)
  })
  afterAll(() => app.close())
  const client = (headers: Readonly<Record<string, string>>) => app.withHeaders(headers).client.orders

  it('are created with what things cost, shown and listed, with the types of their definitions', async () => {
    const order = await client(writer).create({ body: TEA })
    expect(order).toMatchObject({ customer: 'Ada', status: 'open', totalCents: 900 })
    expect(await client(reader).show({ params: { id: order.id } })).toEqual(order)
    expect((await client(reader).list()).items).toContainEqual(order)
  })

  it('are closed once', async () => {
    const { id } = await client(writer).create({ body: TEA })
    expect(await client(writer).close({ params: { id } })).toMatchObject({ id, status: 'closed' })
    const again = await client(writer).close.result({ params: { id } })
    expect(again).toMatchObject({ ok: false, status: 409, error: { code: 'ORDER_CLOSED' } })
  })

  it('are refused with what is wrong: no key, no role, no such product, a wrong body', async () => {
    const statusOf = async (headers: Readonly<Record<string, string>>, json: object) =>
      (await app.request('POST', '/orders', { headers, json })).status
    expect(await statusOf({}, TEA)).toBe(401)
    expect(await statusOf({ 'x-api-key': 'wrong-key' }, TEA)).toBe(401)
    expect(await statusOf(reader, TEA)).toBe(403)
    expect(await statusOf(writer, { ...TEA, items: [{ sku: 'gold', quantity: 1 }] })).toBe(422)
    expect(await statusOf(writer, { ...TEA, coupon: 'X' })).toBe(400)
  })

  it('are tested with another service in the place of one', async () => {
    class Sale {
      centsOf(): number {
        return 1
      }
    }
    await using sale = await testApp({
      ...options,
      overrides: [bind(PricesService, { make: () => new Sale() as never })],
    })
    const order = await sale.withHeaders(writer).client.orders.create({ body: TEA })
    expect(order.totalCents).toBe(2)
  })
})

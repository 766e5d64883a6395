import { join } from 'node:path'
import { contractTest, type ContractRoute } from '@keelson/testing'
import { expect, it } from 'vitest'
import type { Order } from '../src/orders.contract.ts'
import { LIMIT_MS, TEA, temporaryFolder, WRITER } from './service.ts'

it('answers every request by what its routes declare', { timeout: 2 * LIMIT_MS }, async () => {
  process.env['DATABASE_FILE'] = join(temporaryFolder(), 'contract.db')
  process.env['LOG_LEVEL'] = 'error'
  const { app } = await import('../src/app.ts')
  const headers = { 'x-api-key': WRITER }
  const report = await contractTest(app, { headers, arrange, timeoutMs: LIMIT_MS })
  expect(report.withoutSuccess).toEqual([])
})

/** Routes that name an order, or a file of the docs page, get one that exists. */
async function arrange({ pattern, baseUrl }: ContractRoute) {
  if (pattern.startsWith('/docs/')) return { params: { file: 'main.js' } }
  if (!pattern.includes(':id')) return undefined
  const response = await fetch(`${baseUrl}/orders`, {
    method: 'POST',
    headers: { 'x-api-key': WRITER, 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'Ada', items: [TEA] }),
  })
  const { id } = (await response.json()) as Order
  return { params: { id } }
}

import { join } from 'node:path'
import { contractTest, type ContractRoute } from '@keelson/testing'
import { expect, it } from 'vitest'
import type { Order } from '../src/orders.contract.ts'
import { LIMIT_MS, TEA, temporaryFolder, WRITER } from './service.ts'

it('answers every request by what its routes declare', { timeout: 4 * LIMIT_MS }, async () => {
  process.env['DATABASE_FILE'] = join(temporaryFolder(), 'contract.db')
  process.env['LOG_LEVEL'] = 'error'
  const { app } = await import('../src/app.ts')
  const { demoKeys } = await import('../src/keys.ts')
  await app.start()
  const headers = { authorization: `Bearer ${demoKeys.get(WRITER)?.reveal()}` }
  const report = await contractTest(app, { headers, arrange, timeoutMs: 3 * LIMIT_MS })
  expect(report.withoutSuccess).toEqual([])

  /** Routes that name an order, or a file of the docs page, get one that exists. */
  async function arrange({ pattern, baseUrl }: ContractRoute) {
    if (pattern.startsWith('/docs/')) return { params: { file: 'main.js' } }
    if (!pattern.includes(':id')) return undefined
    const response = await fetch(`${baseUrl}/orders`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ customer: 'Ada', items: [TEA] }),
    })
    const { id } = (await response.json()) as Order
    return { params: { id } }
  }
})

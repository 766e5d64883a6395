import { NotFoundError, route, router } from '@keelson/core'
import { deprecated } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const all = {
  since: '2026-05-01',
  sunset: '2027-05-01T12:00:00+02:00',
  link: 'https://shop.example/v2',
} as const
const v1 = router(
  '/v1',
  { meta: [deprecated(all)] },
  {
    list: route.get('/orders', open, () => []),
    show: route.get('/orders/:id', open, () => {
      throw new NotFoundError()
    }),
    soon: route.get('/soon', { ...open, meta: [deprecated({ since: '2030-01-01' })] }, () => []),
  },
)

describe.each(transports)('deprecated, over %s,', (transport) => {
  it('says so in every answer', async () => {
    await using test = await testApp({ routes: { v1 }, transport })
    const said = async (path: string, method = 'GET') => {
      const { headers } = await test.request(method, path)
      return [headers.get('deprecation'), headers.get('sunset'), headers.get('link')]
    }
    const full = [
      '@1777593600',
      'Sat, 01 May 2027 10:00:00 GMT',
      '<https://shop.example/v2>; rel="deprecation"; type="text/html"',
    ]
    expect(await said('/v1/orders')).toEqual(full)
    expect(await said('/v1/orders', 'HEAD')).toEqual(full)
    expect(await said('/v1/orders', 'PUT')).toEqual(full)
    expect(await said('/v1/orders/7')).toEqual(full)
    expect(await said('/v1/soon')).toEqual(['@1893456000', null, null])
  })
})

describe('deprecated', () => {
  it('stands in the document', async () => {
    await using test = await testApp({ routes: { v1 } })
    const operation = toOpenApi(test.app).paths['/v1/orders']?.get
    expect(operation).toMatchObject({ deprecated: true })
    expect(JSON.stringify(operation)).toContain(
      'When it may stop to answer (RFC 8594): Sat, 01 May 2027 10:00:00 GMT.',
    )
  })

  it.each([
    [{ since: '2026-02-31' }, 'since'],
    [{ since: 'May 2026' }, 'since'],
    [{ since: 5 }, 'since'],
    [{ sunset: '2026-05-01' }, 'since'],
    [{ since: '2026-05-01', sunset: '2026-04-30' }, 'is before the deprecation'],
    [{ since: '2026-05-01', link: 'https://x.example/>; rel="next' }, 'link'],
    [{ since: '2026-05-01', link: 'a\r\nb' }, 'link'],
    [{ since: '2026-05-01', until: '2027-01-01' }, 'until'],
  ])('refuses %j', (deprecation, message) => {
    expect(() => deprecated(deprecation as never)).toThrow(message)
  })
})

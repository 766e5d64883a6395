import { NotFoundError, reply, route, router } from '@keelson/core'
import { cacheControl, toCacheControl } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe('toCacheControl', () => {
  it.each([
    [{ noStore: true }, 'no-store'],
    [{ public: true, maxAge: 60, sMaxAge: 300 }, 'public, max-age=60, s-maxage=300'],
    [{ private: true, noCache: true, immutable: false }, 'private, no-cache'],
    [{ maxAge: 0, mustRevalidate: true }, 'max-age=0, must-revalidate'],
    [
      { maxAge: 31_536_000, immutable: true, staleWhileRevalidate: 5, staleIfError: 6 },
      'max-age=31536000, immutable, stale-while-revalidate=5, stale-if-error=6',
    ],
    [{ noStore: true, mustUnderstand: true }, 'no-store, must-understand'],
  ] as const)('of %j', (options, text) => {
    expect(toCacheControl(options)).toBe(text)
  })

  it.each([
    [{}, 'No directive is given'],
    [{ public: true, private: true }, 'public and private contradict'],
    [{ noStore: true, maxAge: 5 }, 'noStore and maxAge contradict'],
    [{ private: true, sMaxAge: 5 }, 'private and sMaxAge contradict'],
    [{ maxage: 5 }, 'maxage'],
    [{ maxAge: -1 }, 'maxAge'],
    [{ maxAge: 1.5 }, 'maxAge'],
    [{ maxAge: '60' }, 'maxAge'],
  ])('refuses %j', (options, message) => {
    expect(() => toCacheControl(options as never)).toThrow(message)
    expect(() => cacheControl(options as never)).toThrow(message)
  })
})

describe.each(transports)('cacheControl, over %s,', (transport) => {
  const rates = router(
    '/rates',
    { use: [cacheControl({ public: true, maxAge: 60 })] },
    {
      list: route.get('/', open, () => [1.5]),
      own: route.get('/own', open, () => reply(200, [1], { 'cache-control': 'no-store' })),
      gone: route.get('/gone', open, () => {
        throw new NotFoundError()
      }),
    },
  )

  it('says it in answers, and leaves errors and what an answer says itself', async () => {
    await using test = await testApp({ routes: { rates }, transport })
    const said = async (path: string) => (await test.request('GET', path)).headers.get('cache-control')
    expect(await said('/rates')).toBe('public, max-age=60')
    expect(await said('/rates/own')).toBe('no-store')
    expect(await said('/rates/gone')).not.toBe('public, max-age=60')
  })
})

it('cacheControl stands in the document', async () => {
  const show = route.get('/', { ...open, use: [cacheControl({ noStore: true })] }, () => 'x')
  await using test = await testApp({ routes: { show } })
  expect(JSON.stringify(toOpenApi(test.app).paths)).toContain('What caches may do with it: `no-store`.')
})

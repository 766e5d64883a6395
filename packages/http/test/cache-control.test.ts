import { NotFoundError, reply, route, router } from '@keelson/core'
import { cacheControl, setCookie, toCacheControl } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe('toCacheControl', () => {
  it.each([
    [{ noStore: true }, 'no-store'],
    [{ public: true, maxAgeSeconds: 60, sMaxAgeSeconds: 300 }, 'public, max-age=60, s-maxage=300'],
    [{ private: true, noCache: true, immutable: false }, 'private, no-cache'],
    [{ maxAgeSeconds: 0, mustRevalidate: true }, 'max-age=0, must-revalidate'],
    [
      { maxAgeSeconds: 31_536_000, immutable: true, staleWhileRevalidateSeconds: 5, staleIfErrorSeconds: 6 },
      'max-age=31536000, immutable, stale-while-revalidate=5, stale-if-error=6',
    ],
    [{ noStore: true, mustUnderstand: true }, 'no-store, must-understand'],
  ] as const)('of %j', (options, text) => {
    expect(toCacheControl(options)).toBe(text)
  })

  it.each([
    [{}, 'No directive is given'],
    [{ public: true, private: true }, 'public and private contradict'],
    [{ noStore: true, maxAgeSeconds: 5 }, 'noStore and maxAgeSeconds contradict'],
    [{ private: true, sMaxAgeSeconds: 5 }, 'private and sMaxAgeSeconds contradict'],
    [{ maxage: 5 }, 'maxage'],
    [{ maxAgeSeconds: -1 }, 'maxAgeSeconds'],
    [{ maxAgeSeconds: 1.5 }, 'maxAgeSeconds'],
    [{ maxAgeSeconds: '60' }, 'maxAgeSeconds'],
  ])('refuses %j', (options, message) => {
    expect(() => toCacheControl(options as never)).toThrow(message)
    expect(() => cacheControl(options as never)).toThrow(message)
  })
})

describe.each(transports)('cacheControl, over %s,', (transport) => {
  const rates = router(
    '/rates',
    { use: [cacheControl({ public: true, maxAgeSeconds: 60 })] },
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

describe.each(transports)('cacheControl of an answer that sets a cookie, over %s,', (transport) => {
  const paths = {
    public: cacheControl({ public: true, maxAgeSeconds: 60, sMaxAgeSeconds: 300, proxyRevalidate: true }),
    implied: cacheControl({ maxAgeSeconds: 60, mustRevalidate: true }),
    private: cacheControl({ private: true, maxAgeSeconds: 60 }),
    none: cacheControl({ noStore: true }),
  }

  it.each([
    ['public', 'private, max-age=60'],
    ['implied', 'private, max-age=60, must-revalidate'],
    ['private', 'private, max-age=60'],
    ['none', 'no-store'],
  ] as const)('is for one caller: %s becomes %s', async (name, text) => {
    const set = route.get('/set', { ...open, use: [paths[name]] }, (ctx) => setCookie(ctx, 'a', 'b'))
    const own = route.get('/own', { ...open, use: [paths[name]] }, () =>
      reply(200, 1, { 'set-cookie': 'a=b' }),
    )
    await using test = await testApp({ routes: { set, own }, transport })
    for (const path of ['/set', '/own', '/set'])
      expect((await test.request('GET', path)).headers.get('cache-control')).toBe(text)
    const warnings = test.log.lines.filter(({ msg }) =>
      String(msg).startsWith('An answer that sets a cookie'),
    )
    expect(warnings).toHaveLength(name === 'public' || name === 'implied' ? 1 : 0)
  })

  it('stays as the answer itself says', async () => {
    const said = { 'set-cookie': 'a=b', 'cache-control': 'public, max-age=1' }
    const own = route.get('/', { ...open, use: [paths.public] }, () => reply(200, 1, said))
    await using test = await testApp({ routes: { own }, transport })
    expect((await test.request('GET', '/')).headers.get('cache-control')).toBe('public, max-age=1')
  })
})

it('cacheControl stands in the document', async () => {
  const show = route.get('/', { ...open, use: [cacheControl({ noStore: true })] }, () => 'x')
  await using test = await testApp({ routes: { show } })
  const { paths, components } = toOpenApi(test.app)
  expect(JSON.stringify(paths['/']?.get?.responses?.['2XX'])).toContain(
    'What caches may do with it: `no-store`.',
  )
  // Errors keep what they have.
  expect(JSON.stringify(components.responses)).not.toContain('What caches may do')
})

it('of several cacheControl the nearest stands, alone', async () => {
  const use = [cacheControl({ public: true, maxAgeSeconds: 60 })]
  const show = route.get('/', { ...open, use: [cacheControl({ noStore: true })] }, () => 'x')
  await using test = await testApp({ routes: { show }, use })
  expect((await test.request('GET', '/')).headers.get('cache-control')).toBe('no-store')
  // What `explain` shows, too.
  expect(use[0]).toMatchObject({ isSingle: true })
})

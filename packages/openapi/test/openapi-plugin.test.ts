import { describe, expect, it } from 'vitest'
import { accessRule, createApp, plugin, route, SetupError, t } from '@keelson/core'
import { openapi } from '../src/index.ts'
import { testApp } from '@keelson/testing'

const routes = {
  show: route.get(
    '/show',
    { access: 'public', response: t.Object({ a: t.String() }, { $id: 'Thing' }) },
    () => ({ a: 'b' }),
  ),
}
const nobody = accessRule({ name: 'nobody', allow: () => false })

describe('openapi()', () => {
  it('serves the document of the final plans, without itself and the probes', async () => {
    const late = plugin({
      name: 'late',
      setup: (app) => app.routes({ late: route.get('/late', { access: 'public' }, () => 1) }),
    })
    await using test = await testApp({
      name: 'shop',
      routes,
      plugins: [openapi({ access: 'public', info: { version: '9.0.0' } }), late],
    })
    const response = await test.request('GET', '/openapi.json')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'shop', version: '9.0.0' },
      paths: { '/show': {}, '/late': {} },
    })
    expect(
      Object.keys(((await (await test.request('GET', '/openapi.json')).json()) as { paths: object }).paths),
    ).toEqual(['/late', '/show'])
  })

  it('answers 304 to who has it, and keeps it out of shared caches unless it is public', async () => {
    await using test = await testApp({
      routes,
      plugins: [
        openapi({ access: 'public' }),
        openapi({ access: accessRule({ name: 'all', allow: () => true }), path: '/private.json' }),
      ],
    })
    const first = await test.request('GET', '/openapi.json')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    expect(first.headers.get('cache-control')).toBe('public, no-cache')
    for (const sent of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await test.request('GET', '/openapi.json', { headers: { 'if-none-match': sent } })
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    }
    expect(
      (await test.request('GET', '/openapi.json', { headers: { 'if-none-match': '"other"' } })).status,
    ).toBe(200)
    expect((await test.request('GET', '/private.json')).headers.get('cache-control')).toBe(
      'private, no-cache',
    )
  })

  it('is refused to whom its access rule refuses', async () => {
    await using test = await testApp({
      routes,
      plugins: [openapi({ access: nobody, path: '/api/openapi.json' })],
    })
    expect((await test.request('GET', '/api/openapi.json')).status).toBe(403)
    expect((await test.request('GET', '/openapi.json')).status).toBe(404)
  })

  it('stops the start when a route cannot be described', () => {
    const wrong = {
      a: route.get('/a', { access: 'public', response: t.String({ examples: [5] }) }, () => ''),
    }
    const app = createApp({ routes: wrong, log: false, plugins: [openapi({ access: 'public' })] })
    expect(() => app.check()).toThrow(SetupError)
    expect(() => app.check()).toThrow(/route a .*The example 5 does not match/)
  })
})

import { middleware, mount, reply, route, router, UnauthorizedError } from '@keelson/core'
import { cors, type CorsOptions } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { APP, FOREIGN, preflight, PREFLIGHT_VARY, said } from './cors-support.ts'
import { open, transports } from './support.ts'

const deny = middleware({
  name: 'deny',
  stage: 'authenticate',
  run: () => {
    throw new UnauthorizedError('Sign in.')
  },
})
const limit = middleware({ name: 'limit', stage: 'receive', run: () => reply(429) })
const member = route.use(deny)
const routes = {
  list: member.get('/items', open, () => 1),
  add: member.post('/items', open, () => 1),
  show: member.get('/items/:id', open, () => 1),
  change: member.put('/items/:id', open, () => 1),
  special: member.delete('/items/special', open, () => undefined),
}
const of = (options: Partial<CorsOptions> = {}) => [cors({ origins: APP, ...options })]

describe.each(transports)('a preflight, over %s,', (transport) => {
  it('is answered before callers are authenticated, with the methods of its path', async () => {
    await using test = await testApp({ routes, use: of(), transport })
    const methods = async (path: string, method = 'PUT') =>
      said(await preflight(test, path, { method }))['allow-methods']
    expect(await methods('/items', 'POST')).toBe('GET, HEAD, POST')
    expect(await methods('/items/7')).toBe('GET, HEAD, PUT')
    // Of two patterns each speaks for its own routes.
    expect(await methods('/items/special')).toBe('GET, HEAD, PUT')
    expect(await methods('/items/special', 'DELETE')).toBe('DELETE')
    const answer = await preflight(test, '/items', { method: 'POST' })
    expect([answer.status, await answer.text(), said(answer)]).toEqual([
      204,
      '',
      { 'allow-origin': APP, 'allow-methods': 'GET, HEAD, POST', 'max-age': '600', vary: PREFLIGHT_VARY },
    ])
  })

  it('is answered before limits refuse, of a router that has one as well', async () => {
    await using test = await testApp({ routes, use: [limit, ...of()], transport })
    expect((await preflight(test, '/items')).status).toBe(204)
    const inner = { api: router('/api', { use: of() }, { list: member.get('/', open, () => 1) }) }
    await using other = await testApp({ routes: inner, use: [limit], transport })
    expect(said(await preflight(other, '/api', { method: 'GET' }))['allow-methods']).toBe('GET, HEAD')
    expect((await other.request('GET', '/api')).status).toBe(429)
  })

  it('of another origin learns nothing', async () => {
    await using test = await testApp({ routes, use: of(), transport })
    const answer = await preflight(test, '/items', { origin: FOREIGN })
    expect([answer.status, said(answer)]).toEqual([204, { vary: PREFLIGHT_VARY }])
  })

  it('of a path without routes is answered, so that the page can read the 404', async () => {
    await using test = await testApp({ routes, use: of(), transport })
    const answer = await preflight(test, '/none', { method: 'PURGE' })
    expect([answer.status, said(answer)['allow-methods']]).toEqual([204, 'PURGE'])
  })

  it('is none without origin, or without a method that is asked for', async () => {
    await using test = await testApp({ routes, use: of(), transport })
    for (const headers of [{ origin: APP }, { 'access-control-request-method': 'PUT' }] as Record<
      string,
      string
    >[]) {
      const answer = await test.request('OPTIONS', '/items', { headers })
      expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
      expect(said(answer)['allow-methods']).toBe(undefined)
    }
  })

  it('says what the options say', async () => {
    const options = {
      methods: ['GET', 'OPTIONS'],
      allowedHeaders: ['X-A', 'x-b'],
      maxAgeSeconds: 5,
      credentials: true,
    }
    await using test = await testApp({ routes, use: of(options), transport })
    const headers = { 'access-control-request-headers': 'x-c' }
    expect(said(await preflight(test, '/items', { headers }))).toEqual({
      'allow-origin': APP,
      'allow-methods': 'GET, OPTIONS',
      'allow-headers': 'x-a, x-b',
      'allow-credentials': 'true',
      'max-age': '5',
      vary: PREFLIGHT_VARY,
    })
  })

  it('admits the headers that are asked for, where they are names', async () => {
    await using test = await testApp({ routes, use: of(), transport })
    const admitted = async (asked: string) => {
      const headers = { 'access-control-request-headers': asked }
      const answer = await preflight(test, '/items', { headers })
      return [answer.status, said(answer)['allow-headers']]
    }
    expect(await admitted('Content-Type,x-a')).toEqual([204, 'content-type, x-a'])
    expect(await admitted(`${'x'.repeat(8190)}`)).toEqual([204, undefined])
    expect(await admitted('a,'.repeat(4096))).toEqual([204, undefined])
    expect(await admitted('x-a, <b>')).toEqual([204, undefined])
    expect(await admitted('x-a,,x-b')).toEqual([204, undefined])
  })

  it('lets public pages into a private network where that is said', async () => {
    const headers = { 'access-control-request-private-network': 'true' }
    await using closed = await testApp({ routes, use: of(), transport })
    expect(said(await preflight(closed, '/items', { headers }))['allow-private-network']).toBe(undefined)
    await using test = await testApp({ routes, use: of({ allowsPrivateNetwork: true }), transport })
    expect(said(await preflight(test, '/items', { headers }))['allow-private-network']).toBe('true')
    expect(said(await preflight(test, '/items'))['allow-private-network']).toBe(undefined)
  })

  it('has the policy of the route that it asks for', async () => {
    const both = {
      read: route.get('/x', { ...open, use: of({ origins: '*' }) }, () => 1),
      write: route.put('/x', { ...open, use: of({ credentials: true }) }, () => 1),
    }
    await using test = await testApp({ routes: both, transport })
    expect(said(await preflight(test, '/x', { method: 'GET' }))['allow-origin']).toBe('*')
    expect(said(await preflight(test, '/x'))).toMatchObject({
      'allow-origin': APP,
      'allow-credentials': 'true',
    })
  })
})

const PARTNER = 'https://partner.example'

describe.each(transports)(
  'a preflight is answered by the policy of the route that it asks for, over %s:',
  (transport) => {
    const partner = [cors({ origins: PARTNER, credentials: true })]
    const own = [cors({ origins: APP, credentials: true })]
    const asked = async (
      test: Parameters<typeof preflight>[0],
      path: string,
      origin: string,
      method: string,
    ) => {
      const { 'allow-origin': allowed, 'allow-methods': methods } = said(
        await preflight(test, path, { origin, method }),
      )
      return [allowed, methods]
    }

    it('of patterns that overlap', async () => {
      const users = {
        me: route.get('/users/me', { ...open, use: partner }, () => 1),
        remove: route.delete('/users/:id', open, () => undefined),
      }
      await using test = await testApp({ routes: users, use: own, transport })
      expect(await asked(test, '/users/me', PARTNER, 'DELETE')).toEqual([undefined, undefined])
      expect(await asked(test, '/users/me', APP, 'DELETE')).toEqual([APP, 'DELETE'])
      expect(await asked(test, '/users/me', PARTNER, 'GET')).toEqual([PARTNER, 'GET, HEAD'])
    })

    it('of methods of one path', async () => {
      const users = {
        show: route.get('/users/:id', { ...open, use: partner }, () => 1),
        change: route.put('/users/:id', { ...open, use: partner }, () => 1),
        remove: route.delete('/users/:id', open, () => undefined),
      }
      await using test = await testApp({ routes: users, transport })
      expect(await asked(test, '/users/7', PARTNER, 'GET')).toEqual([PARTNER, 'GET, HEAD, PUT'])
      expect(await asked(test, '/users/7', PARTNER, 'DELETE')).toEqual([undefined, undefined])
    })

    it('below a mounted handler', async () => {
      const legacy = (): Response => new Response('legacy')
      const orders = router('/orders', { use: own }, { remove: route.delete('/:id', open, () => undefined) })
      const all = { orders, legacy: mount('/', legacy, { ...open, use: partner }) }
      await using test = await testApp({ routes: all, transport })
      expect(await asked(test, '/orders/7', PARTNER, 'DELETE')).toEqual([undefined, undefined])
      expect((await asked(test, '/orders/7', APP, 'DELETE'))[0]).toBe(APP)
      expect((await asked(test, '/elsewhere', PARTNER, 'DELETE'))[0]).toBe(PARTNER)
    })
  },
)

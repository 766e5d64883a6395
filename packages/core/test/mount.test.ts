import {
  accessRule,
  createApp,
  middleware,
  mount,
  route,
  router,
  type MountedHandler,
  type RouteTree,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { fetchEcho, nodeEcho } from './mount-support.ts'
import { open } from './support.ts'

const KINDS: readonly (readonly [string, MountedHandler])[] = [
  ['a Node handler', nodeEcho],
  ['a fetch handler', fetchEcho],
  ['an object with fetch', { fetch: fetchEcho }],
]

describe.each(KINDS)('%s under a prefix', (_, handler) => {
  const ask = async (routes: RouteTree, path: string, method = 'GET', body?: string) => {
    await using app = await testApp({ routes, transport: 'socket' })
    const response = await app.request(method, path, { body })
    const text = await response.text()
    return {
      status: response.status,
      id: response.headers.get('x-request-id'),
      told: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    }
  }
  const legacy = { legacy: mount('/legacy', handler, open) }

  it.each([
    ['/legacy', '/'],
    ['/legacy/', '/'],
    ['/legacy?a=1', '/?a=1'],
    ['/legacy/a/b', '/a/b'],
    ['/legacy/a/', '/a/'],
    ['/legacy/a%20b/%C3%BC?x=%2F', '/a%20b/%C3%BC?x=%2F'],
  ])('sees of %s the rest', async (path, url) => {
    expect(await ask(legacy, path)).toMatchObject({ status: 200, told: { method: 'GET', url } })
  })

  it.each(['/legacyx', '/', '/other'])('is not asked for %s', async (path) => {
    expect((await ask(legacy, path)).status).toBe(404)
  })

  it('sees the rest below routers with prefixes and params, too', async () => {
    const routes = { api: router('/api', { old: router('/:version', legacy) }) }
    expect((await ask(routes, '/api/v1/legacy/a?b=c')).told).toMatchObject({ url: '/a?b=c' })
    expect((await ask(routes, '/api/v%201/legacy')).told).toMatchObject({ url: '/' })
  })

  it('sees the whole path where it wants to, or is mounted at the root', async () => {
    expect(
      (await ask({ a: mount('/legacy', handler, { ...open, stripPrefix: false }) }, '/legacy/a?b=c')).told,
    ).toMatchObject({ url: '/legacy/a?b=c' })
    expect((await ask({ a: mount('/', handler, open) }, '/a/b?c=d')).told).toMatchObject({ url: '/a/b?c=d' })
    expect((await ask({ a: mount('/', handler, open) }, '/')).told).toMatchObject({ url: '/' })
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'gets %s, in the frame of its request',
    async (method) => {
      const { told, id, status } = await ask(legacy, '/legacy/x', method)
      expect([status, told['method'], told['frame']]).toEqual([200, method, id])
    },
  )

  it('gets the body', async () => {
    expect((await ask(legacy, '/legacy/x', 'POST', 'a body')).told).toMatchObject({ body: 'a body' })
  })

  it('is called only for those whom its access rule admits, with the middleware in front of it', async () => {
    const trail: string[] = []
    const allow = accessRule({ name: 'key', allow: (ctx) => ctx.header('x-key') === 'k' })
    const use = [middleware({ name: 'note', stage: 'authenticate', run: () => void trail.push('note') })]
    const routes = { legacy: mount('/legacy', handler, { access: allow, use }) }
    await using app = await testApp({ routes, transport: 'socket' })
    expect((await app.request('GET', '/legacy/x')).status).toBe(403)
    expect((await app.request('GET', '/legacy/x', { headers: { 'x-key': 'k' } })).status).toBe(200)
    expect(trail).toEqual(['note', 'note'])
  })

  it('needs an access rule', async () => {
    expect(() =>
      createApp({ routes: { a: mount('/legacy', handler, {} as never) }, log: false }).check(),
    ).toThrow('does not say who may call it')
  })

  it('leaves routes within its prefix to those who declare them', async () => {
    const routes = { ...legacy, own: route.get('/legacy/own', open, () => ({ own: true })) }
    expect((await ask(routes, '/legacy/own')).told).toEqual({ own: true })
    expect((await ask(routes, '/legacy/own', 'POST')).told).toMatchObject({ url: '/own' })
  })
})

import {
  accessRule,
  createApp,
  middleware,
  route,
  type Health,
  type HealthOptions,
  plugin,
  type Plugin,
  type PluginDefinition,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open, transports } from './support.ts'

const routes = { a: route.get('/', open, () => 'x') }
const up = (name: string): Plugin => plugin({ name, health: () => ({ status: 'up', detail: { pool: 3 } }) })
const isAdmin = accessRule({ name: 'admin', allow: (ctx) => ctx.header('authorization') === 'admin' })

describe.each(transports)('the probes, %s', (transport) => {
  const ask = async (plugins: readonly Plugin[], health?: HealthOptions | false, path = '/readyz') => {
    await using app = await testApp({ routes, plugins, health, transport })
    const response = await app.request('GET', path, { headers: { authorization: 'admin' } })
    return [response.status, await response.text()]
  }

  it('answer one word, which no cache keeps', async () => {
    await using app = await testApp({ routes, plugins: [up('db')], transport })
    for (const [path, word] of [
      ['/livez', 'ok'],
      ['/readyz', 'ready'],
    ] as const) {
      const response = await app.request('GET', path)
      expect([response.status, await response.text(), response.headers.get('cache-control')]).toEqual([
        200,
        word,
        'no-store',
      ])
      expect((await app.request('HEAD', path)).status).toBe(200)
    }
  })

  it.each<[string, NonNullable<PluginDefinition<{}>['health']>]>([
    ['says that it is down', () => ({ status: 'down', detail: 'secretName' })],
    [
      'throws',
      () => {
        throw new Error('secretName')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secretName'))],
    ['says nothing', (() => undefined) as never],
    ['does not answer in time', () => new Promise<Health>(() => undefined)],
  ])('are not ready, and tell nobody why, while a plugin %s', async (_, health) => {
    const plugins = [up('db'), plugin({ name: 'bad', health })]
    expect(await ask(plugins, { timeoutMs: 20 })).toEqual([503, 'not ready'])
    expect(await ask(plugins, { timeoutMs: 20 }, '/livez')).toEqual([200, 'ok'])
  })

  it('tell the state of each plugin to those whom the rule of the detail admits', async () => {
    const plugins = [
      up('db'),
      plugin({ name: 'mute' }),
      plugin({ name: 'bad', health: () => Promise.reject(new Error('refused')) }),
      plugin({ name: 'odd', health: () => true as never }),
    ]
    const [status, text] = await ask(plugins, { detailAccess: isAdmin }, '/readyz/detail')
    expect([status, JSON.parse(text as string)]).toEqual([
      503,
      {
        ready: false,
        plugins: [
          { name: 'db', status: 'up', detail: { pool: 3 }, durationMs: expect.any(Number) },
          { name: 'bad', status: 'down', detail: 'refused', durationMs: expect.any(Number) },
          {
            name: 'odd',
            status: 'down',
            detail: "its health is true, not { status: 'up' } or { status: 'down' }",
            durationMs: expect.any(Number),
          },
        ],
      },
    ])
    await using app = await testApp({ routes, plugins, health: { detailAccess: isAdmin }, transport })
    expect((await app.request('GET', '/readyz/detail')).status).toBe(403)
  })

  it('have no detail without a rule, other paths where they are asked for, and can be left out', async () => {
    expect((await ask([], {}, '/readyz/detail'))[0]).toBe(404)
    expect(await ask([], { livePath: '/alive', readyPath: '/ready' }, '/alive')).toEqual([200, 'ok'])
    expect(await ask([], { livePath: '/alive', readyPath: '/ready' }, '/ready')).toEqual([200, 'ready'])
    expect((await ask([], false, '/livez'))[0]).toBe(404)
  })

  it('pass the middleware of the app, and are logged by name', async () => {
    const stamp = middleware({
      name: 'stamp',
      stage: 'respond',
      transform: (_, outcome) => (outcome.headers.set('x-stamp', 1), outcome),
    })
    const app = await testApp({ routes, use: [stamp], transport })
    expect((await app.request('GET', '/livez')).headers.get('x-stamp')).toBe('1')
    await app.close()
    expect(app.log.lines).toContainEqual(
      expect.objectContaining({ route: 'health.live', pattern: '/livez', status: 200 }),
    )
  })
})

describe('readiness', () => {
  it('is false while requests in flight come to their end', async () => {
    const called = deferred()
    const go = deferred()
    const app = createApp({
      routes: { slow: route.get('/', open, async () => (called.resolve(), await go.promise, 'done')) },
      log: false,
    })
    const get = async (path: string) => (await app.fetch(new Request(`http://app.test${path}`))).text()
    expect(await get('/readyz')).toBe('ready')
    const slow = get('/')
    await called.promise
    const stopping = app.stop()
    expect(await get('/readyz')).toBe('not ready')
    expect(await get('/livez')).toBe('ok')
    go.resolve()
    expect(await slow).toBe('done')
    expect((await stopping).isClean).toBe(true)
  })

  it('clashes with a route of the same path, and the start names both places', () => {
    const app = createApp({ routes: { mine: route.get('/livez', open, () => 'mine') }, log: false })
    expect(() => app.check()).toThrow(
      /route health\.live .*\/livez[\s\S]*route mine|route mine[\s\S]*route health\.live/,
    )
  })
})

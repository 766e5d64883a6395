import type { ServerResponse } from 'node:http'
import * as root from '@keelson/core'
import * as controllers from '@keelson/core/controllers'
import * as ports from '@keelson/core/ports'
import * as spi from '@keelson/core/spi'
import { testApp } from '@keelson/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { open } from './support.ts'

/** A copy of the package, with what the subpaths add. */
const one = { ...root, ...controllers, ...ports, ...spi }
type Copy = typeof one

const { createApp, middleware, route, SetupError } = one

/** Where copies of the package say which version they are. */
const lines = (globalThis as unknown as Record<symbol, Map<string, string>>)[Symbol.for('keelson.core.lines')]

afterEach(() => {
  lines?.delete('99')
  vi.resetModules()
})

describe('another version of the package in the process', () => {
  it('stops the start, and says where it comes from', () => {
    const app = createApp({ routes: { a: route.get('/', open, () => 1) }, log: false })
    lines?.set('99', 'file:///srv/node_modules/lib/node_modules/@keelson/core/dist/index.js')
    let thrown: unknown
    try {
      app.check()
    } catch (error) {
      thrown = error
    }
    expect((thrown as InstanceType<typeof SetupError>).problems).toMatchObject([
      { code: 'ERR_CORE_COPIES', place: 'app' },
    ])
    expect(String(thrown)).toContain(
      'of @keelson/core are loaded together, the latter from /srv/node_modules/lib/node_modules/@keelson/core/dist/index.js',
    )
  })
})

/** A second copy of the package, as a library brings it: every module is evaluated anew. */
async function secondCopy(): Promise<Copy> {
  vi.resetModules()
  const two: Copy = {
    ...(await import('@keelson/core')),
    ...(await import('@keelson/core/controllers')),
    ...(await import('@keelson/core/ports')),
    ...(await import('@keelson/core/spi')),
  }
  expect(two.FrameworkError).not.toBe(one.FrameworkError)
  return two
}

const textOf = async (response: Response | Promise<Response>): Promise<string> => (await response).text()

describe('a second copy of the package, brought by a library,', () => {
  it('makes routes, middleware, rules, errors, replies and contents that an app of the first serves', async () => {
    const two = await secondCopy()
    const Taken = two.defineError('TAKEN', {
      status: 409,
      title: 'Taken',
      details: two.t.Object({ by: two.t.String() }),
    })
    const tag = two.middleware({
      name: 'tag',
      stage: 'receive',
      adds: ['tag'],
      run: () => ({ tag: 'tagged' }),
    })
    const never = two.accessRule({ name: 'never', allow: () => false })
    const base = two.route.use(tag)
    const routes = {
      text: base.get('/text', open, ({ tag: said }) => said),
      reply: base.get('/reply', { ...open, response: { 201: two.t.String() } }, () => two.reply(201, 'made')),
      content: base.get('/content', { ...open, response: two.content('text/csv') }, () => 'a,b'),
      failing: base.get('/failing', { ...open, errors: [Taken] }, () => {
        throw new Taken({ details: { by: 'Ann' } })
      }),
      missing: base.get('/missing', open, () => {
        throw new two.NotFoundError('No order 7')
      }),
      forbidden: base.get('/forbidden', { access: never }, () => 'no'),
      inner: two.router('/inner', { show: base.get('/:id', open, ({ params }) => params.id) }),
    }
    await using app = await testApp({ routes: routes as never })
    const [text, reply, content, failing, missing, forbidden, inner] = await Promise.all(
      ['text', 'reply', 'content', 'failing', 'missing', 'forbidden', 'inner/7'].map((path) =>
        app.request('GET', `/${path}`),
      ),
    )
    expect(await textOf(text!)).toBe('tagged')
    expect([reply!.status, await reply!.json()]).toEqual([201, 'made'])
    expect(content!.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(await failing!.json()).toMatchObject({ status: 409, code: 'TAKEN', details: { by: 'Ann' } })
    expect(await missing!.json()).toMatchObject({
      status: 404,
      code: 'ERR_CORE_NOT_FOUND',
      detail: 'No order 7',
    })
    expect(forbidden!.status).toBe(403)
    expect(await textOf(inner!)).toBe('7')
  })

  it('means the same tokens, services and keys', async () => {
    const two = await secondCopy()
    expect([two.CLOCK, two.KEY_VALUE_STORE, two.CACHE_STORE, two.BUS, two.KEYS, two.LOGGER]).toEqual([
      one.CLOCK,
      one.KEY_VALUE_STORE,
      one.CACHE_STORE,
      one.BUS,
      one.KEYS,
      one.LOGGER,
    ])
    const NAME = two.token<string>('name')
    const providers = [two.bind(NAME, { needs: [two.KEYS], make: (keys) => keys.derive('x').sign('x') })]
    const routes = { a: two.route.inject({ name: NAME }).get('/', open, ({ name }) => name) }
    const secrets = [new two.Secret('a secret of the library, 32 bytes')]
    await using app = await testApp({ routes: routes as never, providers, secrets })
    expect(await textOf(app.request('GET', '/'))).toBe(
      one.createKeys(['a secret of the library, 32 bytes']).derive('x').sign('x'),
    )
  })

  it('decorates controllers and mounts handlers', async () => {
    const two = await secondCopy()
    const definition = two.route.define(open)
    class Orders {
      show() {
        return 'shown'
      }
    }
    two.get('/show', definition)(
      Orders.prototype,
      'show',
      Object.getOwnPropertyDescriptor(Orders.prototype, 'show')!,
    )
    two.controller('/orders')(Orders)
    const routes = {
      orders: one.controllerRoutes(Orders, { show: definition as never }),
      mounted: two.mount(
        '/mounted',
        (_: unknown, response: ServerResponse) => void response.end('by node'),
        open,
      ),
    }
    await using app = await testApp({ routes: routes as never, transport: 'socket' })
    expect(await textOf(app.request('GET', '/orders/show'))).toBe('shown')
    expect(await textOf(app.request('GET', '/mounted'))).toBe('by node')
  })

  it('throws problems of a start that are told one by one', async () => {
    const two = await secondCopy()
    const problem = { code: 'ERR_CORE_PLUGIN', place: 'plugin lib', message: 'No.', remedy: 'Yes.' }
    const setup = (): never => {
      throw new two.SetupError([problem])
    }
    const routes = { a: route.get('/', open, () => 1) }
    let thrown: unknown
    try {
      createApp({ routes, log: false, plugins: [two.plugin({ name: 'lib', setup })] }).check()
    } catch (error) {
      thrown = error
    }
    expect((thrown as InstanceType<typeof SetupError>).problems).toEqual([problem])
    expect([SetupError.is(new two.SetupError([])), SetupError.is(new two.NotFoundError())]).toEqual([
      true,
      false,
    ])
  })

  it('has logs whose credentials are redacted, and scopes of stores with the same sizes', async () => {
    const two = await secondCopy()
    const log = two.createMemoryLogger()
    const bearer = middleware({
      name: 'key',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: { name: 'key', scheme: { type: 'apiKey', in: 'header', name: 'x-own-key' } } },
    })
    const routes = {
      a: route.use(bearer).get('/', open, (ctx) => {
        ctx.log.info({ headers: { 'x-own-key': 'hunter2' } }, 'asked')
        return 'ok'
      }),
    }
    await using app = await testApp({ routes, log: log.log })
    expect(await textOf(app.request('GET', '/'))).toBe('ok')
    expect(JSON.stringify(log.lines)).toContain('x-own-key')
    expect(JSON.stringify(log.lines)).not.toContain('hunter2')

    const store = two.createMemoryStore()
    const scope = one.scopedStore(store, 'a', { maxBytes: 5000 })
    await scope.set('k', new Uint8Array(1))
    expect(await two.scopedStore(store, 'a', { maxBytes: 5000 }).get('k')).toEqual(new Uint8Array(1))
    expect(() => two.scopedStore(store, 'a', { maxBytes: 6000 })).toThrow(/has 5000 bytes already/)
    expect(() => two.scopedStore(scope, 'b')).toThrow(/A scope cannot have scopes/)
    expect(await store.get('k')).toBeUndefined()
  })
})

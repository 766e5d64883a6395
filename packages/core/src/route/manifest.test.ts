import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineError, SetupError, type ErrorDefinition } from '../errors/index.ts'
import { middleware } from './index.ts'
import { t } from '../schema/index.ts'
import { route } from './factory.ts'
import { toManifest } from './manifest.ts'
import { reply } from './reply.ts'
import type { RouteTree } from '@keelson/contract'
import type { AnyRouteOptions } from './route-contract.ts'
import { router } from './router.ts'

const Closed = defineError('CLOSED', { status: 409, title: 'Closed' })
const Denied = defineError('DENIED', { status: 403, title: 'Denied' })
const Unknown = defineError('UNKNOWN', { status: 401, title: 'Unknown' })
const Limited = defineError('LIMITED', { status: 429, title: 'Limited' })

const named = (name: string, errors: ErrorDefinition[]) =>
  middleware({ name, stage: 'authorize', run: () => {}, describe: { errors } })

/** The line of a POST at `/x` with these options. */
function lineOf(options: Partial<AnyRouteOptions>, path = '/x'): string | undefined {
  const post = route.post as unknown as (path: string, options: object, handler: () => unknown) => never
  return toManifest({ it: post(path, { access: 'public', ...options }, () => undefined) }).routes['it']
}

describe('toManifest', () => {
  it('names each route as the tree does, with its full path', () => {
    const show = route.get('/:id', { response: t.String(), access: 'public' }, () => '')
    const orders = router('/users/:user/orders', { show, admin: { all: show } })
    expect(toManifest({ orders, root: show }).routes).toEqual({
      'orders.show': 'GET /users/:user/orders/:id',
      'orders.admin.all': 'GET /users/:user/orders/:id',
      root: 'GET /:id',
    })
  })

  it('marks a rest that may be empty', () => {
    expect(lineOf({ response: t.String() }, '/x/:id/*rest?')).toBe('POST /x/:id/?rest')
  })

  it.each([
    [undefined, 'POST /x 2xx'],
    [t.String(), 'POST /x'],
    [t.Unknown(), 'POST /x 200::-'],
    [t.Union([t.Any(), t.String()]), 'POST /x 200::-'],
    [t.Union([t.Null(), t.String()]), 'POST /x'],
    [t.Intersect([t.Unknown(), t.Unknown()]), 'POST /x 200::-'],
    [t.Intersect([t.Unknown(), t.Object({})]), 'POST /x'],
    [t.Optional(t.String()), 'POST /x'],
    [t.Void(), 'POST /x 200:-'],
    [z.string().optional(), 'POST /x 200::-'],
    [z.unknown(), 'POST /x 200::-'],
    [z.string().default('x'), 'POST /x'],
    [z.object({}), 'POST /x'],
    [{ 200: t.String() }, 'POST /x'],
    [{ 201: t.String() }, 'POST /x 201'],
    [{ 204: null, 404: t.String() }, 'POST /x 204 404'],
    [{ 200: null }, 'POST /x 200:-'],
    [{ 201: { body: null, headers: { location: t.String() } }, 202: t.Undefined() }, 'POST /x 201:- 202:-'],
    [{ 204: null, 302: null, 404: null }, 'POST /x 204 302:- 404:-'],
    [{ 200: t.String(), 304: null }, 'POST /x 200 304'],
    [{ 202: t.String(), 200: t.String() }, 'POST /x 200 202'],
    [{ 404: t.String() }, 'POST /x 404'],
  ])('lists the statuses of %j', (response, line) => {
    expect(lineOf({ response })).toBe(line)
  })

  it.each([
    [['application/json'], 'POST /x 2xx'],
    [['text/csv', 'application/json'], 'POST /x 2xx text/csv'],
    [['text/csv; charset=utf-8'], 'POST /x 2xx text/csv;charset=utf-8'],
    [['image/*'], 'POST /x 2xx application/octet-stream'],
  ])('names the media type of a body in %j', (consumes, line) => {
    expect(lineOf({ consumes })).toBe(line)
  })

  it('lists the errors that the type of the route has, once each', () => {
    const options = { errors: [Closed, Denied], access: [named('a', [Denied])], use: [named('b', [Limited])] }
    const get = route.use(named('c', [Unknown, Closed])).get as unknown as typeof route.get
    const one = get('/x', { ...options, response: t.String() }, () => '')
    const above = router(
      '/',
      { use: [named('d', [defineError('ABOVE', { status: 400, title: 'Above' })])] },
      { one },
    )
    expect(toManifest({ above }).routes['above.one']).toBe('GET /x CLOSED DENIED ABOVE UNKNOWN LIMITED')
  })

  it('encodes what a URL cannot have, and leaves what was written encoded', () => {
    expect(lineOf({}, '/café/a b/%3Ax/:id/~$!')).toBe('POST /caf%C3%A9/a%20b/%3Ax/:id/~$! 2xx')
  })

  it('has a hash that changes with any line, and not with their order', () => {
    const a = route.get('/a', { access: 'public' }, () => 1)
    const b = route.get('/b', { access: 'public' }, () => 1)
    const { hash } = toManifest({ a, b })
    expect(hash).toMatch(/^[\w-]{16}$/)
    expect(toManifest({ b, a }).hash).toBe(hash)
    expect(toManifest({ a: b, b: a }).hash).not.toBe(hash)
    expect(toManifest({ a }).hash).not.toBe(hash)
  })

  it('refuses a tree that cannot be', () => {
    expect(() => toManifest({ 'bad name': {} as never, x: 1 as never })).toThrow(SetupError)
  })

  it('costs less than 60 bytes a route, gzipped', () => {
    const verbs = [
      'show',
      'list',
      'create',
      'update',
      'remove',
      'archive',
      'export',
      'restore',
      'approve',
      'history',
    ]
    const letters = (n: number): string => ((n * 2_654_435_761) >>> 0).toString(36)
    const groups = Array.from({ length: 20 }, (_, group) => {
      const name = `res${letters(group)}`
      const Own = defineError(`${name.toUpperCase()}_CLOSED`, { status: 409, title: 'Closed' })
      const make = (verb: string) =>
        route
          .use(named('session', [Unknown]))
          .post(
            `/:id/${verb}`,
            { response: { 201: t.String() }, errors: [Own], access: named('may', [Denied]) },
            () => reply(201, ''),
          )
      const tree: RouteTree = Object.fromEntries(verbs.map((verb) => [verb, make(verb)]))
      return [name, router(`/${name}`, tree)] as const
    })
    const manifest = toManifest(Object.fromEntries(groups))
    expect(Object.keys(manifest.routes)).toHaveLength(200)
    expect(gzipSync(JSON.stringify(manifest)).length / 200).toBeLessThan(60)
  })
})

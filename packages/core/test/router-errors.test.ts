import { accessRule, defineError, middleware, route, router, t, toManifest } from '@keelson/core'
import { createClient, type Client } from '@keelson/client'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { open } from './support.ts'

const Limited = defineError('LIMITED', {
  status: 429,
  title: 'Limited',
  details: t.Object({ left: t.Integer() }),
})
const Denied = defineError('DENIED', { status: 403, title: 'Denied' })
const limit = middleware({
  name: 'limit',
  stage: 'receive',
  run: (ctx) => {
    if (ctx.header('x-limit') !== undefined) throw new Limited({ details: { left: 0 } })
  },
  describe: { errors: [Limited] },
})
const deny = middleware({
  name: 'deny',
  stage: 'authorize',
  run: () => {
    throw new Denied()
  },
  describe: { errors: [Denied] },
})
const nobody = accessRule({ name: 'nobody', allow: () => false })
const ruled = { response: t.String() }

const routes = {
  admin: router(
    '/admin/:tenant',
    { access: nobody, use: [limit] },
    {
      below: route.get('/below', ruled, () => ''),
      own: route.get('/own', { ...open, ...ruled }, () => 'own'),
      deep: router('/deep', { there: route.get('/', ruled, () => '') }),
      other: router('/other', { access: [deny] }, { there: route.get('/', ruled, () => '') }),
      free: router('/free', { access: 'public' }, { there: route.get('/', ruled, () => 'free') }),
      used: router('/used', { use: [deny] }, { there: route.get('/', { ...open, ...ruled }, () => '') }),
    },
  ),
  plain: { own: route.get('/plain', { ...open, ...ruled }, () => '') },
}
type Api = typeof routes
type CodesOf<T extends { result: (...args: never[]) => Promise<unknown> }> =
  Extract<Awaited<ReturnType<T['result']>>, { ok: false }> extends { error: { code: infer C } } ? C : never

describe('errors of a router', () => {
  it('are in the type of the client where they can come', () => {
    type Admin = Client<Api>['admin']
    expectTypeOf<CodesOf<Admin['below']>>().toEqualTypeOf<
      'ERR_CORE_FORBIDDEN' | 'LIMITED' | 'UNEXPECTED' | 'ERR_CORE_NOT_FOUND'
    >()
    expectTypeOf<CodesOf<Admin['deep']['there']>>().toEqualTypeOf<CodesOf<Admin['below']>>()
    expectTypeOf<CodesOf<Admin['own']>>().toEqualTypeOf<'LIMITED' | 'UNEXPECTED'>()
    expectTypeOf<CodesOf<Admin['free']['there']>>().toEqualTypeOf<'LIMITED' | 'UNEXPECTED'>()
    expectTypeOf<CodesOf<Admin['other']['there']>>().toEqualTypeOf<'LIMITED' | 'DENIED' | 'UNEXPECTED'>()
    expectTypeOf<CodesOf<Admin['used']['there']>>().toEqualTypeOf<'LIMITED' | 'DENIED' | 'UNEXPECTED'>()
    expectTypeOf<CodesOf<Client<Api>['plain']['own']>>().toEqualTypeOf<'UNEXPECTED'>()
  })

  it('are in the manifest where they can come', () => {
    expect(toManifest(routes).routes).toEqual({
      'admin.below': 'GET /admin/:tenant/below LIMITED ERR_CORE_FORBIDDEN',
      'admin.deep.there': 'GET /admin/:tenant/deep LIMITED ERR_CORE_FORBIDDEN',
      'admin.own': 'GET /admin/:tenant/own LIMITED',
      'admin.free.there': 'GET /admin/:tenant/free LIMITED',
      'admin.other.there': 'GET /admin/:tenant/other LIMITED DENIED',
      'admin.used.there': 'GET /admin/:tenant/used LIMITED DENIED',
      'plain.own': 'GET /plain',
    })
  })

  it('come to the client under their codes', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    const params = { tenant: 't' }
    expect(await client.admin.below.result({ params })).toMatchObject({
      error: { code: 'ERR_CORE_FORBIDDEN' },
    })
    expect(await client.admin.deep.there.result({ params })).toMatchObject({
      error: { code: 'ERR_CORE_FORBIDDEN' },
    })
    expect(await client.admin.other.there.result({ params })).toMatchObject({ error: { code: 'DENIED' } })
    const limited = await client.admin.own.result({ params }, { headers: { 'x-limit': '1' } })
    if (limited.ok || limited.error.code !== 'LIMITED') throw new Error('Expected LIMITED')
    expectTypeOf(limited.error.details).toEqualTypeOf<{ left: number }>()
    expect(limited.error.details).toEqual({ left: 0 })
  })
})

describe('a param of a prefix', () => {
  it('has the type that the schema of the route gives it', async () => {
    const tickets = router('/tickets/:id/comments/:kind', {
      list: route.get(
        '/',
        { ...open, params: { id: t.Integer() }, response: t.Integer() },
        ({ params }) => params.id + 1,
      ),
    })
    const tree = { tickets }
    await using test = await testApp({ routes: tree, transport: 'socket' })
    const client = createClient<typeof tree>({ baseUrl: test.baseUrl, manifest: toManifest(tree) })
    expect(await client.tickets.list({ params: { id: 7, kind: 'a' } })).toBe(8)
    // @ts-expect-error -- the schema says number
    await client.tickets.list.result({ params: { id: '7', kind: 'a' } })
    // @ts-expect-error -- the prefix has a kind
    await expect(client.tickets.list({ params: { id: 7 } })).rejects.toThrow("param 'kind' is missing")
  })
})

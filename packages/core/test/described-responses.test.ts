import { describe, expect, expectTypeOf, it } from 'vitest'
import { createApp, defineError, middleware, reply, route, router, t, toManifest } from '../src/index.ts'
import { createClient } from '@keelson/client'

const open = { access: 'public' } as const
const NotOurs = defineError('NOT_OURS', { status: 403, title: 'Not ours' })

/** Answers by itself, as a validator, a range or a cache does. */
const conditional = middleware({
  name: 'conditional',
  stage: 'receive',
  describe: {
    responses: { 304: 'The caller has it.', 206: 'A part.', 410: 'It was there.' },
    errors: [NotOurs],
  },
  run: (ctx) => {
    const wanted = ctx.header('x-want')
    if (wanted === '403') throw new NotOurs()
    if (wanted === '206') return reply(206, { part: 1 })
    if (wanted === '410') return reply(410, 'gone', { 'content-type': 'text/plain' })
    return wanted === '304' ? reply(304, undefined, { etag: '"1"' }) : undefined
  },
})
const etag = middleware({
  name: 'etag',
  stage: 'receive',
  describe: { responses: { 304: 'The caller has it.' } },
  run: (ctx) => (ctx.header('x-want') === '304' ? reply(304) : undefined),
})
const rule = middleware({
  name: 'rule',
  stage: 'authorize',
  describe: { responses: { 302: 'To the sign-in.' } },
  run: () => reply(302, undefined, { location: '/sign-in' }),
})

const made = route.use(conditional)
const routes = {
  plain: made.get('/plain', { ...open, response: t.Integer() }, () => 1),
  untold: made.get('/untold', open, () => 1),
  own: route.get('/own', { ...open, use: [etag], response: t.Integer() }, () => 1),
  declared: route.get(
    '/declared',
    { ...open, use: [etag], response: { 200: t.Integer(), 304: null } },
    () => 1,
  ),
  below: router(
    '/below',
    { use: [etag] },
    { it: route.get('/', { ...open, response: t.Integer() }, () => 1) },
  ),
  ruled: router('/ruled', { access: rule }, { it: route.get('/', { response: t.Integer() }, () => 1) }),
}

describe('what a middleware says that it answers with', () => {
  it('stands in the manifest', () => {
    expect(toManifest(routes).routes).toEqual({
      plain: 'GET /plain 200 206:* 304:* 410:* NOT_OURS',
      untold: 'GET /untold 2xx 206:* 304:* 410:* NOT_OURS',
      own: 'GET /own 200 304:*',
      declared: 'GET /declared 200 304',
      'below.it': 'GET /below 200 304:*',
      'ruled.it': 'GET /ruled 200 302:*',
    })
  })

  it('is an answer to the client, not an error nobody declared', async () => {
    await using app = createApp({ routes, log: false })
    const { urls } = await app.listen({ port: 0 })
    const api = createClient<typeof routes>({ baseUrl: urls[0] ?? '', manifest: toManifest(routes) })
    const want = (status: string) => ({ headers: { 'x-want': status } })
    const calls = [api.own, api.declared, api.below.it]
    for (const call of calls)
      expect(await call.result({}, want('304'))).toMatchObject({ ok: false, status: 304, data: undefined })
    for (const call of [api.plain, api.untold]) {
      expect(await call.result({}, want('304'))).toMatchObject({
        ok: false,
        status: 304,
        headers: { etag: '"1"' },
      })
      expect(await call.result({}, want('206'))).toMatchObject({ ok: true, status: 206, data: { part: 1 } })
      expect(await call.result({}, want('410'))).toMatchObject({ ok: false, status: 410, data: 'gone' })
      expect(await call.result({}, want('403'))).toMatchObject({
        ok: false,
        status: 403,
        error: { code: 'NOT_OURS' },
      })
      expect(await call.result()).toMatchObject({ ok: true, status: 200, data: 1 })
    }
    const moved = await api.ruled.it.result()
    expect(moved).toMatchObject({ ok: false, status: 302, headers: { location: '/sign-in' } })
    await expect(api.own({}, want('304'))).rejects.toMatchObject({ status: 304 })
    expect(await api.own()).toBe(1)
  })

  it('is in the types of the client', async () => {
    const api = createClient<typeof routes>({ baseUrl: 'http://h', manifest: toManifest(routes) })
    type Result<T extends { result: (...args: never) => unknown }> = Awaited<ReturnType<T['result']>>
    type Own = Result<typeof api.own>
    expectTypeOf<Extract<Own, { status: 304 }>['data']>().toEqualTypeOf<undefined>()
    expectTypeOf<
      Extract<Result<typeof api.declared>, { ok: false; status: 304 }>['data']
    >().toEqualTypeOf<undefined>()
    expectTypeOf<Extract<Result<typeof api.below.it>, { status: 304 }>['ok']>().toEqualTypeOf<false>()
    expectTypeOf<Extract<Result<typeof api.ruled.it>, { status: 302 }>['data']>().toEqualTypeOf<unknown>()
    type Plain = Result<typeof api.plain>
    expectTypeOf<Extract<Plain, { ok: true }>['status']>().toEqualTypeOf<200 | 206>()
    expectTypeOf<Extract<Plain, { status: 206 }>['data']>().toEqualTypeOf<unknown>()
    expectTypeOf<NonNullable<Extract<Plain, { error: unknown }>['error']>['code']>().toEqualTypeOf<
      'NOT_OURS' | 'UNEXPECTED'
    >()
    expectTypeOf(api.own).returns.resolves.toEqualTypeOf<number>()
    // @ts-expect-error -- its middleware may answer with 206, which the direct call cannot tell apart
    void (() => api.plain())
  })
})

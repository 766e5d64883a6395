import { reply, route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ada, orders } from './invoke-support.ts'
import { failureOf, open } from './support.ts'

const routes = { orders, ping: route.get('/ping', { ...open, response: t.String() }, () => 'pong') }

describe('app.invoke', () => {
  it('gives what the route gives, with its status', async () => {
    await using test = await testApp({ routes })
    const { app } = test
    expect(await app.invoke('ping')).toEqual({ ok: true, status: 200, data: 'pong', headers: {} })
    const params = { tenant: 'acme', id: 7 }
    expect(await app.invoke('orders.show', { params }, ada)).toEqual({
      ok: true,
      status: 200,
      data: { id: 7, total: 12.5 },
      headers: {},
    })
    const created = await app.invoke(
      'orders.create',
      { params: { tenant: 'acme' }, body: { total: 500 } },
      ada,
    )
    expect(created).toMatchObject({ ok: true, status: 202, data: { queued: true } })
  })

  it('takes values with their types and coerces nothing', async () => {
    await using test = await testApp({ routes })
    const { app } = test
    const params = { tenant: 'acme' }
    expect(await app.invoke('orders.list', { params, query: { page: 2, tag: ['a', 'b'] } })).toMatchObject({
      data: [{ id: 2, total: 2 }],
    })
    const wrong = await app.invoke('orders.list', { params, query: { page: '2' as never } })
    expect(wrong).toMatchObject({
      ok: false,
      status: 400,
      error: {
        code: 'UNEXPECTED',
        serverCode: 'ERR_CORE_VALIDATION',
        details: [{ in: 'query', pointer: '/page', code: 'type' }],
      },
    })
    const text = await app.invoke('orders.show', { params: { tenant: 'acme', id: '7' as never } }, ada)
    expect(text).toMatchObject({ status: 400, error: { details: [{ in: 'params', pointer: '/id' }] } })
  })

  it('refuses what a schema does not declare, in all places', async () => {
    await using test = await testApp({ routes })
    const stray = { params: { tenant: 'acme' }, query: { pge: 2 } as object }
    expect(await test.app.invoke('orders.list', stray)).toMatchObject({
      status: 400,
      error: { details: [{ in: 'query', pointer: '/pge', code: 'additionalProperties' }] },
    })
  })

  it('holds params of the path alone to be texts', async () => {
    await using test = await testApp({ routes })
    const give = (params: object) => test.app.invoke('orders.list', { params } as never)
    expect(await give({})).toMatchObject({ error: { details: [{ pointer: '/tenant', code: 'required' }] } })
    expect(await give({ tenant: 5 })).toMatchObject({ error: { details: [{ code: 'type' }] } })
  })

  it.each(['', '.', '..', '../x', 'a/..', 'a/../b', 'a\0', '\ud800'])(
    'refuses the param %j, which no path can bring',
    async (text) => {
      await using test = await testApp({
        routes: { one: route.get('/one/:p', open, () => 'x'), rest: route.get('/rest/*r', open, () => 'x') },
      })
      for (const [name, params] of [['one', { p: text }] as const, ['rest', { r: text }] as const])
        expect(await failureOf(test.app.invoke(name, { params } as never))).toMatchObject({
          code: 'ERR_CORE_ARGUMENT',
          message: expect.stringContaining('cannot be part of a path') as unknown,
        })
    },
  )

  it('takes params that a path brings encoded', async () => {
    const echo = route.get('/rest/*r', open, ({ params }) => [params.r])
    await using test = await testApp({ routes: { echo } })
    for (const r of ['a/b', '%2e%2e', '..a', 'a..', '.a/b.', 'ä?#%'])
      expect(await test.app.invoke('echo', { params: { r } })).toMatchObject({ data: [r] })
  })

  it.each([null, 'x', 7])('refuses %j as input', async (input) => {
    await using test = await testApp({ routes })
    expect(await failureOf(test.app.invoke('orders.list', input as never))).toMatchObject({
      code: 'ERR_CORE_ARGUMENT',
      message: expect.stringContaining("invoke('orders.list'): The input is") as unknown,
    })
  })

  it('has nothing by the names of what every object has', async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
    const look = route.get('/:constructor', open, ({ header, cookie, headers, responseHeaders }) => {
      responseHeaders.append('constructor', 'a').append('constructor', 'b')
      return [names.map((name) => [header(name) ?? null, cookie(name) ?? null]), Object.keys(headers)]
    })
    await using test = await testApp({ routes: { look } })
    const input = { params: { constructor: 'c' } } as never
    const none = [names.map(() => [null, null]), []]
    expect(await test.app.invoke('look', input)).toMatchObject({
      data: none,
      headers: { constructor: ['a', 'b'] },
    })
    const meta = JSON.parse('{"__proto__":"x"}') as { [name: string]: string }
    expect(await test.app.invoke('look', input, { meta })).toMatchObject({ ok: true })
  })

  it('hides the params of the caller from what changes them', async () => {
    const change = route.get('/:tags', open, ({ params }) => {
      ;(params as unknown as { tags: string[] }).tags.push('own')
      return 'x'
    })
    await using test = await testApp({ routes: { change } })
    const tags = ['given']
    await test.app.invoke('change', { params: { tags } } as never)
    expect(tags).toEqual(['given'])
  })

  it('tells nothing of invalid params to whom the access rule refuses', async () => {
    await using test = await testApp({ routes })
    const params = { tenant: 'acme', id: -1 }
    expect(await test.app.invoke('orders.show', { params }, { as: { user: { id: 'bob' } } })).toMatchObject({
      ok: false,
      status: 403,
      error: { code: 'ERR_CORE_FORBIDDEN', details: undefined },
    })
    expect(await test.app.invoke('orders.show', { params }, ada)).toMatchObject({ status: 400 })
  })

  it('gives errors that the route declares by their code, and others as unexpected', async () => {
    const routed = {
      orders,
      fails: route.get('/fails', open, () => {
        throw new Error('the password is 1234')
      }),
    }
    await using test = await testApp({ routes: routed })
    const declared = await test.app.invoke(
      'orders.create',
      { params: { tenant: 'acme' }, body: { total: 0 } },
      ada,
    )
    expect(declared).toMatchObject({
      ok: false,
      status: 409,
      error: { code: 'CLOSED', status: 409, title: 'The order is closed', details: { since: 7 } },
    })
    const failed = await test.app.invoke('fails')
    expect(failed).toMatchObject({
      ok: false,
      status: 500,
      error: { code: 'UNEXPECTED', serverCode: 'ERR_CORE_INTERNAL', message: 'fails: Internal Server Error' },
    })
    expect(JSON.stringify(failed)).not.toContain('1234')
    expect(test.takeErrors()).toHaveLength(1)
  })

  it('leaves the input as it is', async () => {
    await using test = await testApp({ routes })
    const input = Object.freeze({
      params: Object.freeze({ tenant: 'acme' }),
      body: Object.freeze({ total: 5 }),
    })
    const result = await test.app.invoke('orders.create', input as never, ada)
    expect(result).toMatchObject({ ok: true, status: 201 })
    expect(input).toEqual({ params: { tenant: 'acme' }, body: { total: 5 } })
  })

  it('gives what JSON would make of values that no schema of ours holds', async () => {
    const at = new Date(0)
    const routed = {
      free: route.get('/free', open, () => ({ at, left: undefined })),
      zod: route.get('/zod', { ...open, response: z.object({ at: z.date() }) }, () => ({ at })),
      any: route.get('/any', { ...open, response: t.Object({ at: t.Unknown() }) }, () => ({ at })),
    }
    await using test = await testApp({ routes: routed })
    const expected = { ok: true, data: { at: '1970-01-01T00:00:00.000Z' } }
    for (const name of ['free', 'zod', 'any'] as const)
      expect(await test.app.invoke(name)).toMatchObject(expected)
  })

  it('gives values of our schemas as they are, without what they do not declare', async () => {
    const record = { id: 1, total: 2 }
    const response = t.Object({ id: t.Integer(), total: t.Number() })
    const routed = {
      same: route.get('/same', { ...open, response }, () => record),
      secret: route.get('/secret', { ...open, response }, () => ({ ...record, hash: 'x' })),
    }
    await using test = await testApp({ routes: routed, mode: 'production' })
    expect((await test.app.invoke('same')) as { data: unknown }).toHaveProperty('data', record)
    expect(((await test.app.invoke('same')) as { data: unknown }).data).toBe(record)
    expect(await test.app.invoke('secret')).toMatchObject({ data: { id: 1, total: 2 } })
    expect(((await test.app.invoke('secret')) as { data: object }).data).not.toHaveProperty('hash')
  })

  it('gives a declared answer that is no success without an error, and an undeclared one as unexpected', async () => {
    const routed = {
      known: route.get('/known', { ...open, response: { 200: t.String(), 304: null } }, () => reply(304)),
      away: route.get('/away', open, () => reply(302, undefined, { location: '/x' })),
    }
    await using test = await testApp({ routes: routed })
    const known = await test.app.invoke('known')
    expect(known).toEqual({ ok: false, status: 304, data: undefined, headers: {} })
    expect(await test.app.invoke('away')).toMatchObject({
      ok: false,
      status: 302,
      error: { code: 'UNEXPECTED', serverCode: undefined, message: 'away: status 302 is not declared.' },
      headers: { location: '/x' },
    })
  })

  it('calls routes of plugins and of the framework, too', async () => {
    await using test = await testApp({ routes })
    expect(await test.app.invoke('health.live' as string)).toMatchObject({ ok: true, status: 200 })
  })
})

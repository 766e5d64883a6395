import { createApp, middleware, plugin, route, t, upgrade } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { ada, isAda, member, orders } from './invoke-support.ts'
import { failureOf, open } from './support.ts'

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('what cannot be called', () => {
  const routes = {
    orders,
    upload: route.post(
      '/upload',
      { ...open, consumes: ['image/png'] },
      async ({ rawBody }) => (await rawBody()).length,
    ),
    raw: route.get('/raw', open, async ({ rawBody }) => (await rawBody()).length),
    chat: route.get('/chat', { ...open, upgrades: 'websocket' }, () => upgrade(() => undefined)),
  }

  it.each([
    [
      'chat',
      {},
      "invoke('chat'): It switches its connection to websocket, but a call has no connection. Send it a request.",
    ],
    ['orders.shw', {}, "invoke('orders.shw'): No route has this name. Did you mean 'orders.show'?"],
    [
      'orders',
      {},
      "invoke('orders'): No route has this name. It is a router: orders.show, orders.list, orders.create.",
    ],
    ['nothing.like.it', {}, 'Routes: orders.show, '],
    [
      'upload',
      { body: 'x' },
      "invoke('upload'): It reads the bytes of its body itself, but a call has a value as body. Send it a request.",
    ],
    ['orders.list', { parms: {} }, "The input has no member 'parms'. Did you mean 'params'?"],
    ['orders.list', { body: {} }, 'The route does not declare body.'],
    [
      'orders.list',
      { headers: { a: '1' } },
      'The route does not declare headers. Pass other headers as meta',
    ],
    [
      'orders.list',
      { params: { tennant: 'x' } },
      "The path '/tenants/:tenant/orders' has no ':tennant'. Did you mean 'tenant'?",
    ],
    ['orders.list', { query: 'page=1' }, 'The query must be an object.'],
    [
      'orders.create',
      { params: { tenant: 'a' }, body: { total: () => 1 } },
      'The body of the call cannot be copied',
    ],
  ])('%s with %j rejects', async (name, input, text) => {
    await using test = await testApp({ routes })
    expect(
      await failureOf(test.app.invoke(name as string, input as object, name === 'orders.create' ? ada : {})),
    ).toMatchObject({
      code: 'ERR_CORE_ARGUMENT',
      message: expect.stringContaining(text) as unknown,
    })
  })

  it('refuses options that do not exist, by name', async () => {
    await using test = await testApp({ routes })
    expect(await failureOf(test.app.invoke('raw', {}, { ass: {} } as never))).toMatchObject({
      message: expect.stringContaining("Did you mean 'as'?") as unknown,
    })
  })

  it('says so of a handler that asks for bytes', async () => {
    await using test = await testApp({ routes })
    expect(await test.app.invoke('raw')).toMatchObject({ ok: false, status: 501 })
    expect(test.takeErrors()).toHaveLength(1)
  })
})

describe('the plans of calls', () => {
  const one = { one: member.get('/one', { response: t.Integer(), access: isAda }, () => 1) }
  /** Stands in calls alone, and is refused by none of them. */
  const counted = middleware({
    name: 'counted',
    stage: 'handle',
    kinds: ['call'],
    state: () => ({ calls: 0 }),
    wrap: (_, next, { state }) => {
      state.calls++
      return next()
    },
  })

  it('are built at start where the app or a plugin says so, and what is wrong with them stops it', () => {
    const picky = middleware({
      name: 'picky',
      stage: 'handle',
      for: ({ kind }) =>
        kind === 'call'
          ? { problems: [{ message: 'Nobody may call it.', remedy: 'Send a request.' }] }
          : undefined,
    })
    const routes = { one: member.get('/one', { access: isAda, use: [picky] }, () => 1) }
    const options = { log: false, mode: 'test', routes } as const
    const wrong = {
      problems: [{ message: 'Nobody may call it.', place: expect.stringContaining('picky') as unknown }],
    }
    createApp(options).check()
    expect(thrownBy(() => createApp({ ...options, calls: true }).check())).toMatchObject(wrong)
    const caller = plugin({ name: 'caller', setup: (setup) => setup.calls() })
    expect(thrownBy(() => createApp({ ...options, plugins: [caller] }).check())).toMatchObject(wrong)
  })

  it('find what middleware of calls alone holds, where they are built at start; else the call says what to do', async () => {
    const options = { use: [counted], routes: one }
    await using early = await testApp({ ...options, calls: true })
    expect(await early.app.invoke('one', {}, ada)).toMatchObject({ ok: true, data: 1 })
    await using late = await testApp(options)
    for (let again = 0; again < 2; again++)
      expect(await failureOf(late.app.invoke('one', {}, ada))).toMatchObject({
        problems: [{ remedy: 'Write createApp({ calls: true }).' }],
      })
  })

  it('are there for plugins from started on', async () => {
    const got: unknown[] = []
    const caller = plugin({
      name: 'caller',
      start: async (app) => void got.push(await failureOf(app.invoke('one', {}, ada))),
      started: async (app) => void got.push(await app.invoke('one', {}, ada)),
    })
    await using _ = await testApp({ routes: one, plugins: [caller] })
    expect(got).toMatchObject([{ problems: [{ code: 'ERR_CORE_PHASE' }] }, { ok: true, data: 1 }])
  })
})

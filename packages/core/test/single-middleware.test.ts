import { metaKey, middleware, needs, route, router, SetupError, type AnyMiddleware } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open, transports } from './support.ts'

/** Says one thing of an answer, and describes it. */
const policy = (value: string): AnyMiddleware =>
  middleware({
    name: 'policy',
    stage: 'respond',
    isSingle: true,
    encode: (_ctx, { headers }) => void headers.append('x-policy', value),
    describe: { headers: { 'x-policy': `Always ${value}.` } },
  })

describe.each(transports)('of middlewares that are single, over %s,', (transport) => {
  const fact = metaKey<string>('policy', { use: policy })
  const fails = () => {
    throw new Error('on purpose')
  }
  const routes = {
    none: route.get('/none', open, () => 1),
    below: router(
      '/below',
      { use: [policy('router')] },
      {
        plain: route.get('/plain', open, () => 1),
        own: route.use(policy('factory')).get('/own', { ...open, use: [policy('route')] }, fails),
        meta: route.get('/meta', { ...open, meta: [fact('meta')] }, () => 1),
        deeper: router('/deeper', { use: [policy('deeper')] }, { plain: route.get('/', open, () => 1) }),
      },
    ),
  }

  it('the nearest stands alone: on the wire, in the plan and in the document', async () => {
    await using test = await testApp({
      routes,
      use: [policy('first of app'), policy('app')],
      transport,
    })
    const document = toOpenApi(test.app)
    for (const [path, value] of [
      ['/none', 'app'],
      ['/below/plain', 'router'],
      ['/below/own', 'route'],
      ['/below/meta', 'meta'],
      ['/below/deeper', 'deeper'],
    ] as const) {
      expect((await test.request('GET', path)).headers.get('x-policy')).toBe(value)
      const plan = test.app.plans.find((one) => one.pattern === path)
      expect(plan?.steps.filter(({ middleware }) => middleware.name === 'policy')).toHaveLength(1)
      const answer = document.paths[path]?.get?.responses?.['2XX']
      expect(answer).toMatchObject({ headers: { 'x-policy': { description: `Always ${value}.` } } })
    }
    test.takeErrors()
  })

  it('the same holds for requests that no route takes', async () => {
    await using test = await testApp({ routes, use: [policy('app')], transport })
    const said = async (method: string, path: string) =>
      (await test.request(method, path)).headers.get('x-policy')
    expect(await said('GET', '/nowhere')).toBe('app')
    expect(await said('GET', '/below/nowhere')).toBe('router')
    expect(await said('PUT', '/below/own')).toBe('route')
  })

  it('the one that stands is where the outermost would be, and sees every answer', async () => {
    const refusing = middleware({ name: 'refusing', stage: 'receive', run: fails })
    const late = middleware({
      name: 'late',
      stage: 'respond',
      encode: (_ctx, { headers }) => void headers.set('x-seen', headers.get('x-policy') ?? 'nothing'),
    })
    await using test = await testApp({ routes, use: [policy('app'), refusing, late], transport })
    const { headers } = await test.request('GET', '/below/plain')
    expect([headers.get('x-policy'), headers.get('x-seen')]).toEqual(['router', 'nothing'])
    test.takeErrors()
  })
})

describe('a middleware that is single', () => {
  const nonce = (name: string) =>
    middleware({
      name: 'page',
      stage: 'receive',
      isSingle: true,
      adds: ['nonce'],
      run: () => ({ nonce: name }),
    })

  it('adds its names once', async () => {
    const show = route.use(nonce('factory')).get('/', open, ({ nonce }) => nonce)
    await using test = await testApp({
      routes: { all: router('', { use: [nonce('router')] }, { show }) },
      use: [nonce('app')],
    })
    expect(await (await test.request('GET', '/')).text()).toBe('factory')
  })

  it('makes the state of the one that stands, and no other', async () => {
    const made: string[] = []
    const counting = (name: string) =>
      middleware({
        name: 'counting',
        stage: 'receive',
        isSingle: true,
        state: () => void made.push(name),
        run: (_ctx, { state }) => state,
      })
    const show = route.get('/', { ...open, use: [counting('route')] }, () => 1)
    await using test = await testApp({ routes: { all: router('', { use: [counting('router')] }, { show }) } })
    expect((await test.request('GET', '/')).status).toBe(200)
    expect(made.filter((one) => one === 'route')).toHaveLength(1)
  })

  it('adds what the types of the route have from the one that it replaces', async () => {
    const bare = middleware({ name: 'page', stage: 'receive', isSingle: true, run: () => undefined })
    const routes = {
      show: route.use(nonce('factory')).get('/', { ...open, use: [bare] }, ({ nonce }) => nonce),
    }
    const error = await failureOf(testApp({ routes }))
    expect(error).toBeInstanceOf(SetupError)
    expect((error as SetupError).problems).toMatchObject([
      {
        code: 'ERR_CORE_CONTEXT_NAME',
        message:
          "Of two middlewares 'page' the nearest stands, and does not add 'nonce', which the other adds.",
        remedy: "Have the nearest add 'nonce' too, or remove it.",
      },
    ])
    // What the app adds is in no type; who needs it says so.
    await using test = await testApp({
      routes: { show: route.get('/', { ...open, use: [bare] }, () => 1) },
      use: [nonce('app')],
    })
    expect((await test.request('GET', '/')).status).toBe(200)
    const needing = middleware({
      name: 'needing',
      stage: 'validate',
      needs: needs<{ nonce: string }>('nonce'),
      run: () => undefined,
    })
    const show = route.get('/', { ...open, use: [bare, needing] as never }, () => 1)
    await expect(testApp({ routes: { show }, use: [nonce('app')] })).rejects.toThrow(
      /needs 'nonce', which nothing adds/,
    )
  })

  it('stands once in the list of a route, where a second one would be a slip', async () => {
    const routes = { show: route.get('/', { ...open, use: [policy('a'), policy('b')] as never }, () => 1) }
    const error = await failureOf(testApp({ routes }))
    expect((error as SetupError).problems).toMatchObject([
      {
        code: 'ERR_CORE_MIDDLEWARE',
        message: 'Its use has policy twice, of which only the last would stand.',
      },
    ])
  })

  it('is no access rule: those of all routers hold', () => {
    const rule = () => middleware({ name: 'rule', stage: 'authorize', isSingle: true, run: () => undefined })
    expect(rule).toThrow(SetupError)
    expect(rule).toThrow(/isSingle would have it replace an access rule further out/)
  })
})

import { describe, expect, it } from 'vitest'
import { accessRule, middleware, needs, reply, route, router, t, type SchemaLike } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describeRoutes } from './describe-routes.ts'
import { printExplanation } from './print.ts'
import { explainRoute } from './explain-route.ts'

/** An app whose every step tells the trace that it was passed. */
function traced() {
  const trace: string[] = []
  const pass = (name: string) => () => void trace.push(name)
  const step = (name: string, stage: 'receive' | 'authenticate' | 'authorize' | 'validate' | 'handle') =>
    middleware({ name, stage, run: pass(name) })
  const around = (name: string, stage: 'receive' | 'handle') =>
    middleware({
      name,
      stage,
      wrap: (_ctx, next) => {
        trace.push(name)
        return next()
      },
    })
  const respond = (name: string) =>
    middleware({ name, stage: 'respond', transform: (_ctx, outcome) => (trace.push(name), outcome) })
  const record = (name: string) => middleware({ name, stage: 'record', observe: pass(name) })
  // A Standard Schema, so that validation can be seen from outside.
  const seen = (name: string): SchemaLike => ({
    '~standard': { version: 1, vendor: 'trace', validate: (value: unknown) => (trace.push(name), { value }) },
  })
  const user = middleware({
    name: 'user',
    stage: 'authenticate',
    adds: ['user'],
    run: () => {
      trace.push('user')
      return { user: 'ada' }
    },
  })
  const owner = accessRule({
    name: 'owner',
    needs: needs<{ user: string }>('user'),
    allow: ({ user: name }) => {
      trace.push('owner')
      return name === 'ada'
    },
  })
  const save = route
    .use(user)
    .use(step('limit', 'validate'))
    .put(
      '/:id',
      {
        params: seen('params') as never,
        body: seen('input') as never,
        response: t.Object({ done: t.Boolean() }),
        access: owner,
        maxBodyBytes: 2048,
        deadlineMs: 5000,
        use: [around('transaction', 'handle'), respond('etag'), step('late', 'authorize')],
      },
      () => {
        trace.push('handler')
        return { done: true }
      },
    )
  const items = router(
    '/items',
    { use: [step('tenant', 'receive'), respond('cors'), record('audit')] },
    { save },
  )
  const use = [record('metrics'), around('timing', 'receive'), step('id', 'receive')]
  return { trace, options: { routes: { items }, use } }
}

describe('explainRoute', () => {
  it('explains the chain that a real request passes', async () => {
    const { trace, options } = traced()
    await using test = await testApp({ ...options, transport: 'socket' })
    const { chain } = explainRoute(test.app, 'items.save')
    const response = await test.request('PUT', '/items/7', { json: { total: 1 } })
    expect(response.status).toBe(200)
    await response.text()
    await test.app.stop()
    // The response is checked by the framework alone; nothing of ours hears of it.
    expect(trace).toEqual(chain.map((one) => one.name).filter((name) => name !== 'response'))
    expect(trace).toHaveLength(15)
  })

  it('tells for each step its stage, its origin, what it adds and needs, and its line', async () => {
    await using test = await testApp(traced().options)
    const { chain } = explainRoute(test.app, 'items.save')
    const facts = chain.map(({ stage, name, does, origin }) => `${stage} ${name} ${does} ${origin}`)
    expect(facts).toEqual([
      'receive timing wrap app',
      'receive id run app',
      'receive tenant run router',
      'authenticate user run factory',
      'authorize params check framework',
      'authorize late run route',
      'authorize owner run access rule',
      'validate input check framework',
      'validate limit run factory',
      'handle transaction wrap route',
      'handle handler handler route',
      'handle response check framework',
      'respond etag transform route',
      'respond cors transform router',
      'record metrics observe app',
      'record audit observe router',
    ])
    const named = Object.fromEntries(chain.map((one) => [one.name, one]))
    expect(named['user']?.adds).toEqual(['user'])
    expect(named['owner']?.needs).toEqual(['user'])
    expect(named['owner']?.source).toMatch(/explain-route\.test\.ts:\d+$/)
    expect(named['handler']?.source).toMatch(/explain-route\.test\.ts:\d+$/)
    expect(named['tenant']?.source).toMatch(/explain-route\.test\.ts:\d+$/)
  })

  it('tells what middleware says of itself, once', async () => {
    const limit = middleware({
      name: 'limit',
      stage: 'receive',
      run: () => undefined,
      observe: () => undefined,
      describe: { explain: '100 in 60 s by ip' },
    })
    const show = route.get('/', { access: 'public', use: [limit] }, () => 1)
    await using test = await testApp({ routes: { show } })
    const found = explainRoute(test.app, 'show')
    expect(found.chain.flatMap((one) => one.explain ?? [])).toEqual(['100 in 60 s by ip'])
    expect(printExplanation(found)).toMatch(/^ {2}limit +100 in 60 s by ip$/m)
  })

  it('tells limits, schemas and errors', async () => {
    await using test = await testApp(traced().options)
    const found = explainRoute(test.app, 'items.save')
    expect(found.limits).toEqual({ maxBodyBytes: 2048, deadlineMs: 5000, consumes: ['application/json'] })
    expect(found.input).toEqual({ params: 'schema of trace', body: 'schema of trace' })
    expect(found.response).toEqual({ 200: '{ done: boolean }' })
    expect(found.errors).toContain('ERR_CORE_FORBIDDEN 403')
    expect(found.access).toBe('owner')
  })

  it('tells the media types of a body that the handler reads itself', async () => {
    const upload = route.put('/', { access: 'public', consumes: ['image/png'], maxBodyBytes: 9 }, () => null)
    await using test = await testApp({ routes: { upload } })
    const found = explainRoute(test.app, 'upload')
    expect(found.limits.consumes).toEqual(['image/png'])
    expect(printExplanation(found)).toMatch(/^ +body +image\/png, at most 9 bytes, read by the handler$/m)
  })

  it('tells the protocol that a route switches to, and nothing of others', async () => {
    const chat = route.get('/chat', { access: 'public', upgrades: 'websocket' }, () => null)
    const plain = route.get('/plain', { access: 'public' }, () => null)
    await using test = await testApp({ routes: { chat, plain } })
    const found = explainRoute(test.app, 'chat')
    expect(found.upgrades).toBe('websocket')
    expect(printExplanation(found)).toMatch(/^ +upgrades +to websocket; 426 without$/m)
    expect(printExplanation(explainRoute(test.app, 'plain'))).not.toContain('upgrades')
  })

  it('finds a route by name, by method and pattern, and by a path that it serves', async () => {
    await using test = await testApp(traced().options)
    for (const wanted of ['items.save', 'PUT /items/:id', 'put /items/42']) {
      expect(explainRoute(test.app, wanted).name).toBe('items.save')
    }
    expect(() => explainRoute(test.app, 'save')).toThrow("There is no route 'save'. Did you mean items.save?")
    expect(() => explainRoute(test.app, 'GET /nowhere')).toThrow("There is no route 'GET /nowhere'.")
  })
})

describe('describeRoutes', () => {
  it('lists the routes of the tree and the probes', async () => {
    const home = route.get('/', { access: 'public' }, () => reply(204))
    await using test = await testApp({ routes: { home, ...traced().options.routes } })
    const routes = describeRoutes(test.app)
    expect(routes.map(({ name, method, path, access }) => [name, method, path, access])).toEqual([
      ['home', 'GET', '/', 'public'],
      ['items.save', 'PUT', '/items/:id', 'owner'],
      ['health.live', 'GET', '/livez', 'public'],
      ['health.ready', 'GET', '/readyz', 'public'],
    ])
    expect(routes[0]?.source).toMatch(/explain-route\.test\.ts:\d+$/)
    expect(routes[2]?.source).toBe('createApp({ health })')
    expect(routes[1]?.middleware).toEqual([
      'tenant',
      'user',
      'late',
      'owner',
      'limit',
      'transaction',
      'cors',
      'etag',
      'audit',
    ])
  })
})

describe('what explain says of a middleware', () => {
  it('is which slots of the frame it sets, and in which calls alone it stands', async () => {
    const user = middleware({
      name: 'user',
      stage: 'authenticate',
      kinds: ['http'],
      run: () => undefined,
      principal: () => ({ id: 'ada', kind: 'user' }),
      tenant: () => 'north',
    })
    await using test = await testApp({
      routes: { a: route.use(user).get('/', { access: 'public' }, () => 'x') },
    })
    const explained = explainRoute(test.app, 'a')
    expect(explained.chain[0]).toMatchObject({ name: 'user', says: ['principal', 'tenant'], kinds: ['http'] })
    expect(printExplanation(explained)).toMatch(
      /user \(http only\) +run +\S+ +frame: principal, frame: tenant/,
    )
  })
})

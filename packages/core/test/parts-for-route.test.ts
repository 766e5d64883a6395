import {
  accessRule,
  content,
  defineError,
  metaKey,
  middleware,
  reply,
  route,
  router,
  SetupError,
  t,
  type RouteFacts,
} from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp, type TestApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TEST_CERTIFICATE } from './server-certificate.ts'
import { failureOf, open } from './support.ts'

const cost = metaKey<number>('cost')
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: () => ({ user: 'ada' }),
})

const problemsOf = async (options: Parameters<typeof testApp>[0]) => {
  const error = await failureOf(testApp(options))
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems.map(({ place, message }) => {
    // Where a route was written is not of interest.
    return `${place.replaceAll(/, [^ ]*\.ts:\d+/g, '')}: ${message}`
  })
}

/** Gathers what a middleware is told of the routes. */
function asking() {
  const told: RouteFacts[] = []
  const value = middleware({
    name: 'asking',
    stage: 'receive',
    for: (facts) => void told.push(facts),
    run: () => undefined,
  })
  return { value, of: (name: string | undefined) => told.find((one) => one.name === name)! }
}

describe('what a middleware is told of a route', () => {
  it('is what the route is, once for each plan', async () => {
    const { value, of } = asking()
    const own = accessRule({ name: 'own', load: () => ({ id: 1 }), isPerCaller: true })
    const show = route.use(session).get(
      '/:id',
      {
        access: own,
        response: { 200: t.Object({ id: t.String() }), 206: content('text/csv'), 304: null },
        meta: [cost(5)],
      },
      () => ({ id: '' }),
    )
    await using _ = await testApp({ routes: { orders: router('/orders', { show }) }, use: [value] })
    expect(of('orders.show')).toMatchObject({
      name: 'orders.show',
      kind: 'http',
      method: 'GET',
      pattern: '/orders/:id',
      access: ['own'],
      stages: ['receive', 'authenticate', 'authorize'],
      authenticates: [{ name: 'session', saysPrincipal: false }],
      perCaller: ['record'],
      mediaTypes: ['application/json', 'text/csv'],
      isProbe: false,
    })
    expect(Object.keys(of('orders.show').responses)).toEqual(['200', '206', '304'])
    expect(of('orders.show').meta(cost)).toBe(5)
    expect(of('health.live')).toMatchObject({ isProbe: true, access: 'public', authenticates: [] })
    expect(of(undefined)).toMatchObject({ method: undefined, pattern: undefined, access: undefined })
  })

  it('names what differs from caller to caller, which only who adds something can say of it', () => {
    const make = () => middleware({ name: 'm', stage: 'validate', isPerCaller: true, run: () => undefined })
    expect(make).toThrow('isPerCaller is about what it adds, and it adds nothing.')
    const rule = () => accessRule({ name: 'r', isPerCaller: true, allow: () => true })
    expect(rule).toThrow('isPerCaller is about what it loads, and it loads nothing.')
  })

  it('has of each key what the nearest says, also for requests that no route takes', async () => {
    const told: unknown[] = []
    const tag = metaKey<string>('tag')
    const tell = middleware({
      name: 'tell',
      stage: 'receive',
      for: ({ meta }) => {
        const facts = [meta(cost), meta(tag)]
        return { run: (ctx) => void told.push([ctx.path, ...facts]) }
      },
    })
    const inner = router(
      '/in',
      { meta: [cost(2)] },
      {
        own: route.get('/own', { ...open, meta: [cost(3)] }, () => 1),
        none: route.get('/none', open, () => 1),
      },
    )
    const all = router('/all', { use: [tell], meta: [cost(1), tag('all')] }, { inner })
    await using app = await testApp({ routes: { all } })
    for (const path of ['/all/in/own', '/all/in/none', '/all/in/lost', '/all/lost'])
      await app.request('GET', path)
    await app.request('POST', '/all/in/own')
    expect(told).toEqual([
      ['/all/in/own', 3, 'all'],
      ['/all/in/none', 2, 'all'],
      ['/all/in/lost', 2, 'all'],
      ['/all/lost', 1, 'all'],
      ['/all/in/own', 3, 'all'],
    ])
  })

  it('has a hash that changes with what the route promises and with nothing else', async () => {
    const { value, of } = asking()
    const one = t.Object({ id: t.String(), total: t.Number() })
    const make = (response: unknown, more: object = {}) =>
      route.get(
        `/${Math.random()}`,
        { ...open, response: response as typeof one, ...more },
        () => null as never,
      )
    const unknown = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } }
    await using _ = await testApp({
      routes: {
        a: make(one),
        same: make(
          { ...one, required: one.required, properties: { total: t.Number(), id: t.String() } },
          { query: { q: t.String() } },
        ),
        other: make(t.Object({ id: t.String(), total: t.Integer() })),
        status: make({ 201: one }),
        zod: make(z.object({ id: z.string() })),
        zodToo: make(z.object({ id: z.string() })),
        text: make({ 200: content('text/csv') }),
        unknown: make(unknown),
        unknownToo: make(unknown),
      },
      use: [value],
    })
    const hash = (name: string) => of(name).contractHash
    expect(hash('a')).toMatch(/^[\w-]{43}$/)
    expect(hash('a')).toBe(hash('a'))
    expect(hash('same')).toBe(hash('a'))
    expect(hash('zod')).toBe(hash('zodToo'))
    const all = ['a', 'other', 'status', 'zod', 'text', 'unknown', 'unknownToo'].map(hash)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('what a middleware is told of the app', () => {
  const told = async (options: object): Promise<unknown> => {
    const { value, of } = asking()
    const show = route.get('/', open, (ctx) => ctx.app)
    await using test = await testApp({ routes: { show }, use: [value], ...options })
    expect(of(undefined).app).toBe(of('show').app)
    expect(await (await test.request('GET', '/')).json()).toEqual(
      JSON.parse(JSON.stringify(of('show').app)) as unknown,
    )
    return of('show').app
  }
  const app = { mode: 'test', publicOrigin: undefined, canBeSecure: false }

  it.each<[string, object, object]>([
    ['by default', {}, app],
    ['of its mode', { mode: 'production' }, { ...app, mode: 'production' }],
    [
      'with an https publicUrl',
      { publicUrl: 'https://Shop.example:443/' },
      { ...app, publicOrigin: 'https://shop.example', canBeSecure: true },
    ],
    [
      'with a plain publicUrl',
      { publicUrl: 'http://shop.example' },
      { ...app, publicOrigin: 'http://shop.example' },
    ],
    ['with a certificate', { server: { tls: TEST_CERTIFICATE } }, { ...app, canBeSecure: true }],
    ['behind a proxy', { server: { trustProxy: 1 } }, { ...app, canBeSecure: true }],
    [
      'behind a proxy that a function knows',
      { server: { trustProxy: () => false } },
      { ...app, canBeSecure: true },
    ],
    ['that trusts nobody', { server: { trustProxy: 0 } }, app],
    ['that trusts an empty list', { server: { trustProxy: [] } }, app],
  ])('%s', async (_, options, expected) => {
    expect(await told(options)).toEqual(expected)
  })

  it('is the same in calls from inside', async () => {
    const show = route.get('/', open, (ctx) => ctx.app.canBeSecure)
    await using test = await testApp({ routes: { show }, publicUrl: 'https://shop.example' })
    expect(await test.app.invoke('show')).toMatchObject({ data: true })
  })
})

describe('what for gives', () => {
  it('takes the place of parts, leaves one out, or all', async () => {
    const priced = middleware({
      name: 'priced',
      stage: 'receive',
      state: () => ({ spent: 0 }),
      adds: ['left'],
      for: ({ meta, isProbe }) => {
        if (isProbe) return { run: () => ({ left: -1 }), transform: undefined }
        const price = meta(cost)
        return price === undefined
          ? undefined
          : { run: (_, { state }) => ({ left: 10 - (state.spent += price) }) }
      },
      run: (_, { state }) => ({ left: 10 - (state.spent += 1) }),
      transform: (ctx, outcome) => {
        outcome.headers.set('x-left', String(ctx.left))
        return outcome
      },
    })
    const closed = middleware({
      name: 'closed',
      stage: 'receive',
      for: ({ name }) => (name === 'closed' ? undefined : null),
      run: () => reply(503),
    })
    const routes = {
      one: route.get('/one', open, () => 1),
      five: route.get('/five', { ...open, meta: [cost(5)] }, () => 1),
      closed: route.get('/closed', open, () => 1),
    }
    await using app = await testApp({ routes, use: [priced, closed] })
    const ask = async (path: string) => {
      const { status, headers } = await app.request('GET', path)
      return [status, headers.get('x-left')]
    }
    expect(await ask('/one')).toEqual([200, '9'])
    expect(await ask('/five')).toEqual([200, '4'])
    expect(await ask('/closed')).toEqual([503, '3'])
    expect(await ask('/livez')).toEqual([200, null])
    const names = (name: string) =>
      app.app.plans.find((one) => one.name === name)?.steps.map((one) => `${one.served.name} ${one.part}`)
    expect(names('one')).toEqual(['priced run', 'priced transform'])
    expect(names('closed')).toEqual(['priced run', 'closed run', 'priced transform'])
  })

  it('may refuse the start, and names the middleware and the route', async () => {
    const needsUser = middleware({
      name: 'cached',
      stage: 'handle',
      for: ({ stages }) =>
        stages.includes('authenticate')
          ? undefined
          : {
              problems: [
                { message: 'It is cached by user, and nothing says who that is.', remedy: 'Authenticate.' },
              ],
            },
      run: () => undefined,
    })
    const routes = {
      good: route.use(session).get('/good', { ...open, use: [needsUser] }, () => 1),
      bad: route.get('/bad', { ...open, use: [needsUser] }, () => 1),
    }
    expect(await problemsOf({ routes })).toEqual([
      'route bad (GET /bad), middleware cached: It is cached by user, and nothing says who that is.',
    ])
  })

  it('tells what it says alike of many routes once', async () => {
    const strict = middleware({
      name: 'strict',
      stage: 'receive',
      for: ({ name }) => ({
        problems: [{ message: name === 'e' ? 'Odd.' : 'It cannot.', remedy: 'Mend it.' }],
      }),
    })
    const make = (name: string) => [name, route.get(`/${name}`, open, () => 1)] as const
    const routes = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(make))
    expect(await problemsOf({ routes, use: [strict], health: false })).toEqual([
      'middleware strict, at 5 places: route a (GET /a); route b (GET /b); route c (GET /c) and 2 more: It cannot.',
      'route e (GET /e), middleware strict: Odd.',
    ])
  })

  it.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('{'), 'Its for failed: Expected property name'],
    ['is asynchronous', async () => null, 'Its for is asynchronous: plans are made at once.'],
    ['gives a text', () => 'no', 'Its for gives a text, which is not parts.'],
    ['gives a function', () => () => undefined, 'Its for gives the function, which is not parts.'],
    ['gives a middleware', () => session, 'Its for gives a middleware, which is not parts.'],
    ['gives a list', () => [], 'The options must be an object, not a list.'],
    ['gives a part that is no function', () => ({ run: 5 }), 'Option run must be a function, not 5.'],
    ['gives what is no part', () => ({ transfrom: () => undefined }), "There is no option 'transfrom'."],
    [
      'gives a second way to run',
      () => ({ wrap: () => undefined }),
      'With the parts that its for gives, it has both run and wrap.',
    ],
  ])('is refused where it %s', async (_, ask, message) => {
    const odd = middleware({ name: 'odd', stage: 'receive', for: ask as () => null, run: () => undefined })
    const found = await problemsOf({
      routes: { a: route.get('/a', { ...open, use: [odd] }, () => 1) },
      health: false,
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain('middleware odd')
    expect(found[0]).toContain('at 2 places: route a (GET /a); requests without a route: ')
    expect(found[0]).toContain(message)
  })

  it('is asked for requests without a route of each place, whatever its stage', async () => {
    const later = middleware({
      name: 'later',
      stage: 'handle',
      for: () => ({
        transform: (_, outcome) => {
          outcome.headers.set('x-later', 'yes')
          return outcome
        },
      }),
      run: () => undefined,
    })
    const routes = {
      plain: router('/plain', { use: [] }, { a: route.get('/', open, () => 1) }),
      late: router('/late', { use: [later] }, { a: route.get('/', open, () => 1) }),
    }
    await using app = await testApp({ routes })
    const looked = async (path: string) => (await app.request('GET', path)).headers.get('x-later')
    expect([await looked('/plain/nowhere'), await looked('/late/nowhere')]).toEqual([null, 'yes'])
  })

  it('cannot leave out what adds, nor an access rule', async () => {
    const user = middleware({
      name: 'user',
      stage: 'receive',
      adds: ['user'],
      for: () => null,
      run: () => ({ user: 1 }),
    })
    const wrapped = middleware({
      name: 'wrapped',
      stage: 'receive',
      adds: ['user'],
      for: () => ({ run: undefined, wrap: (_, next) => next() }),
      run: () => ({ user: 1 }),
    })
    const rule = middleware({ name: 'rule', stage: 'authorize', for: () => null, run: () => undefined })
    const empty = middleware({
      name: 'empty',
      stage: 'authorize',
      for: () => undefined,
      observe: () => undefined,
    })
    const socket = middleware({ name: 'socket', stage: 'authorize', kinds: ['socket'], run: () => undefined })
    const routes = {
      a: route.use(user).get('/a', open, () => 1),
      w: route.use(wrapped).get('/w', open, () => 1),
      b: route.get('/b', { access: rule }, () => 1),
      c: route.get('/c', { access: [empty, socket] }, () => 1),
    }
    const rest = 'A route cannot omit it: it is an access rule.'
    expect(await problemsOf({ routes })).toEqual([
      "route a (GET /a), middleware user: A route cannot omit it: it adds 'user'.",
      "route w (GET /w), middleware wrapped: A route cannot omit it: it adds 'user'.",
      `route b (GET /b), middleware rule: ${rest}`,
      `route c (GET /c), middleware empty: ${rest}`,
      `route c (GET /c), middleware socket: ${rest}`,
    ])
  })
})

describe('kinds', () => {
  it('are refused where they are misspelt, which would leave it out of all plans', () => {
    expect(() => middleware({ name: 'x', stage: 'receive', kinds: ['htpp'], run: () => undefined })).toThrow(
      "'htpp' is not a kind of call.",
    )
    expect(
      middleware({ name: 'x', stage: 'receive', kinds: ['socket'], run: () => undefined }).kinds,
    ).toEqual(['socket'])
  })

  it('leave a middleware out of the plans of other calls', async () => {
    let count = 0
    const only = (kind: string) =>
      middleware({ name: kind, stage: 'receive', kinds: [kind], run: () => void count++ })
    await using app = await testApp({
      routes: { a: route.get('/a', open, () => 1) },
      use: [only('http'), only('call')],
    })
    await app.request('GET', '/a')
    expect(count).toBe(1)
  })
})

describe('what for describes', () => {
  const Shut = defineError('SHUT', { status: 409, title: 'It is shut' })
  const Full = defineError('FULL', { status: 409, title: 'It is full' })
  const counted = (given: object | null) =>
    middleware({
      name: 'counted',
      stage: 'receive',
      for: ({ method, pattern }) => (method === 'GET' && pattern === '/' ? (given as {}) : undefined),
      run: () => undefined,
      describe: {
        errors: [Shut],
        headers: { 'x-count': 'How often.', 'x-other': 'Of its own.' },
        requestHeaders: { 'x-key': 'Who counts.' },
        responses: { 299: 'It is nearly shut.' },
        security: 'bearer',
      },
    })
  const response = t.Object({})
  const routes = {
    show: route.get('/', { ...open, response }, () => ({})),
    add: route.post('/', { ...open, response }, () => ({})),
  }
  const described = async (given: object | null) => {
    await using test = await testApp({ routes, use: [counted(given)] })
    const { get, post } = toOpenApi(test.app).paths['/'] ?? {}
    const facts = (operation: typeof get) => ({
      statuses: Object.keys(operation?.responses ?? {}).filter((status) => /^(?:299|401|409)$/.test(status)),
      headers: Object.entries(operation?.responses?.['200']?.headers ?? {})
        .filter(([name]) => name.startsWith('x-c') || name === 'x-other')
        .map(([name, header]) => [name, (header as { description: string }).description]),
      asked: (operation?.parameters ?? []).map((one) => (one as { name: string }).name),
      security: operation?.security,
    })
    return { get: facts(get), post: facts(post) }
  }
  const own = {
    statuses: ['299', '401', '409'],
    headers: [
      ['x-count', 'How often.'],
      ['x-other', 'Of its own.'],
    ],
    asked: ['x-key'],
    security: [{ bearer: [] }],
  }
  const nothing = { statuses: [], headers: [], asked: [], security: [] }

  it('stands in the document in place of its own, for the routes that it is given for', async () => {
    expect(await described({})).toEqual({ get: own, post: own })
    expect(await described({ describe: { headers: { 'x-count': 'Twice.' } } })).toEqual({
      get: { ...nothing, headers: [['x-count', 'Twice.']] },
      post: own,
    })
    expect(await described({ describe: { errors: [Shut], responses: { 299: 'Soon.' } } })).toMatchObject({
      get: { ...nothing, statuses: ['299', '409'] },
    })
  })

  it('is nothing where the middleware does not stand', async () => {
    expect(await described(null)).toEqual({ get: nothing, post: own })
  })

  it('has no errors and statuses that the types of clients lack', async () => {
    const problems = await problemsOf({
      routes,
      use: [counted({ describe: { errors: [Shut, Full], responses: { 299: 'a', 226: 'b' } } })],
    })
    expect(problems).toEqual([
      'route show (GET /), middleware counted: Its for describes the error FULL, which its own describe does not have.',
      'route show (GET /), middleware counted: Its for describes the status 226, which its own describe does not have.',
    ])
    const wrong = await problemsOf({ routes, use: [counted({ describe: { header: {} } })] })
    expect(wrong.join()).toContain('header')
  })
})

describe('meta', () => {
  it('describes its routes in the document', async () => {
    const sunset = metaKey<string>('sunset', {
      describe: (date) => ({
        deprecated: true,
        headers: { sunset: `Always ${date}.` },
        requestHeaders: { 'x-knows': 'Whether the caller knows.' },
        responses: { 299: 'It is gone soon.' },
      }),
    })
    const old = route.get('/old', { ...open, response: t.Object({}) }, () => ({}))
    await using app = await testApp({ routes: { all: router('', { meta: [sunset('2027')] }, { old }) } })
    const operation = toOpenApi(app.app).paths['/old']?.get
    expect(operation).toMatchObject({
      deprecated: true,
      parameters: [{ name: 'x-knows', in: 'header' }],
      responses: {
        200: { headers: { sunset: { description: 'Always 2027.' } } },
        299: { description: 'It is gone soon.' },
      },
    })
  })

  describe('brings the middleware of its key', () => {
    const tag = metaKey<string>('tag', {
      use: (value) =>
        middleware({
          name: `tag ${value}`,
          stage: 'receive',
          run: ({ responseHeaders }) => void responseHeaders.append('x-tag', value),
          describe: { headers: { 'x-tag': `Always ${value}.` } },
        }),
    })
    const other = metaKey<string>('other', { use: (value) => tag(value).middleware! })
    const routes = {
      all: router(
        '/all',
        { meta: [tag('router'), other('besides')] },
        {
          plain: route.get('/plain', { ...open, response: t.Object({}) }, () => ({})),
          own: route.get('/own', { ...open, meta: [tag('route')] }, () => ({})),
          failing: route.get('/failing', open, () => {
            throw new Error('on purpose')
          }),
        },
      ),
      none: route.get('/none', open, () => 1),
    }
    const tagsOf = async (app: TestApp<typeof routes>, path: string, method = 'GET') =>
      (await app.request(method, path)).headers.get('x-tag')

    it('to the routes that carry it, of one key the nearest, and to requests below that no route takes', async () => {
      await using app = await testApp({ routes })
      expect(await tagsOf(app, '/all/plain')).toBe('router, besides')
      expect(await tagsOf(app, '/all/own')).toBe('route, besides')
      expect(await tagsOf(app, '/all/own', 'DELETE')).toBe('route, besides')
      expect(await tagsOf(app, '/all/nowhere')).toBe('router, besides')
      expect(await tagsOf(app, '/all/failing')).toBe('router, besides')
      expect(await tagsOf(app, '/none')).toBeNull()
      app.takeErrors()
    })

    it('which stands in the document and in the plan', async () => {
      await using app = await testApp({ routes })
      expect(toOpenApi(app.app).paths['/all/plain']?.get?.responses?.['200']?.headers).toMatchObject({
        'x-tag': { description: 'Always besides.' },
      })
      const plan = app.app.plans.find((one) => one.pattern === '/all/own')
      expect(plan?.steps.map((one) => one.origin)).toEqual(['meta', 'meta'])
    })

    it('which adds nothing', () => {
      const adding = metaKey<number>('adding', {
        use: () => middleware({ name: 'a', stage: 'receive', adds: ['x'], run: () => ({ x: 1 }) }),
      })
      const rule = metaKey<number>('rule', { use: () => accessRule({ name: 'r', allow: () => true }) })
      const broken = metaKey<number>('broken', { use: (() => 5) as never })
      for (const key of [adding, rule, broken])
        expect(() => key(1)).toThrow(/does not give a middleware that adds nothing/)
      expect(() => metaKey('odd', { uses: 1 } as never)).toThrow(/uses/)
    })
  })

  it('is refused where it is none, twice in a list, or cannot be described', async () => {
    const broken = metaKey<number>('broken', {
      describe: () => {
        throw new Error('no')
      },
    })
    const odd = metaKey<number>('odd', { describe: () => ({ errors: [] }) as never })
    const make = (meta: unknown) => ({ a: route.get('/a', { ...open, meta: meta as never }, () => 1) })
    expect(await problemsOf({ routes: make([5]) })).toEqual([
      'route a (GET /a): Option meta[0] must be what a key of metaKey() made, not 5.',
    ])
    expect(await problemsOf({ routes: make([cost]) })).toEqual([
      'route a (GET /a): Option meta[0] must be what a key of metaKey() made, not the function key.',
    ])
    expect(await problemsOf({ routes: make([cost(1), cost(2)]) })).toEqual([
      "route a (GET /a): One list of meta has 'cost' twice.",
    ])
    expect(await problemsOf({ routes: make([broken(1), odd(1)]) })).toEqual([
      'route a (GET /a), meta broken: Its describe failed: no',
      "route a (GET /a), meta odd: There is no option 'errors'.",
    ])
  })
})

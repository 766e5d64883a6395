import { accessRule, defineError, metaKey, middleware, route, router, t } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp, type TestApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'
import { cost, problemsOf } from './parts-support.ts'

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

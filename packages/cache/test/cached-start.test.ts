import { CACHE, cached, createCache, invalidates, type Cache } from '@keelson/cache'
import {
  accessRule,
  bind,
  content,
  middleware,
  needs,
  route,
  SetupError,
  t,
  bytes,
  token,
  type AnyMiddleware,
  type RouteTree,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, open } from './http-support.ts'

const keep = { ttlMs: 60_000 }
const member = accessRule({ name: 'member', allow: () => true })

async function problemsOf(start: Promise<AsyncDisposable>): Promise<string[]> {
  try {
    await using _app = await start
    return []
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return error.problems.map(({ place, message, remedy }) => {
      if (remedy === '') throw new Error(`There is no remedy: ${message}`)
      return `${place.replaceAll(/, [^ ]*\.ts:\d+/g, '')}: ${message}`
    })
  }
}
const of = (routes: RouteTree) => problemsOf(cachedApp(routes))
const use = (...list: AnyMiddleware[]) => ({ use: list as never })

describe('an app with cached() does not start', () => {
  it('on a route whose access is not public, and that does not say whose answers it keeps', async () => {
    expect(await of({ a: route.get('/', { access: member, use: [cached(keep)] }, () => 1) })).toEqual([
      'route a (GET /), middleware cached: The route may not be called by all (member), and cached() does not say whose answers it keeps.',
    ])
    for (const by of ['nobody', () => 'x'] as const)
      expect(
        await of({ a: route.get('/', { access: member, use: [cached({ ...keep, by })] }, () => 1) }),
      ).toEqual([])
  })

  it('on a public route with middleware that authenticates, which does not say it', async () => {
    expect(await of({ a: route.use(account).get('/', { ...open, use: [cached(keep)] }, () => 1) })).toEqual([
      expect.stringContaining(
        'The route has middleware that authenticates, and cached() does not say whose answers it keeps.',
      ),
    ])
  })

  it('with one answer for all, where a rule or middleware gives the handler something else for each caller', async () => {
    const use = [cached({ ...keep, by: 'nobody' })]
    const visible = accessRule({ name: 'list', as: 'visible', isPerCaller: true, load: () => [1] })
    const message =
      "It keeps one answer for all who may call, and what each of them may see differs, by 'visible'."
    const place = 'route a (GET /), middleware cached'
    expect(await of({ a: route.get('/', { access: visible, use }, () => 1) })).toEqual([
      `${place}: ${message}`,
    ])
    expect(await of({ a: route.get('/', { access: [member, visible], use }, () => 1) })).toHaveLength(1)
    const seeing = middleware({
      name: 'seeing',
      stage: 'validate',
      adds: ['visible'],
      isPerCaller: true,
      run: (ctx) => ({ visible: ctx.header('x-user') }),
    })
    for (const by of ['nobody', undefined] as const)
      expect(
        await of({ a: route.use(seeing).get('/', { ...open, use: [cached({ ...keep, by })] }, () => 1) }),
      ).toEqual([`${place}: ${message}`])
    const record = accessRule({ name: 'one', load: () => [1] })
    expect(await of({ a: route.get('/', { access: record, use }, () => 1) })).toEqual([])
    const own = [cached({ ...keep, by: () => 'x' })]
    expect(await of({ a: route.get('/', { access: visible, use: own }, () => 1) })).toEqual([])
  })

  it("by: 'user' where nothing says who the user is", async () => {
    const use = [cached({ ...keep, by: 'user' })]
    const session = middleware({
      name: 'session',
      stage: 'authenticate',
      adds: ['user'],
      run: (ctx) => ({ user: { id: ctx.header('x-user') } }),
    })
    const place = 'route a (GET /), middleware cached'
    for (const access of [member, 'public'] as const) {
      expect(await of({ a: route.get('/', { access, use }, () => 1) })).toEqual([
        `${place}: It says by: 'user', and on the route no middleware authenticates: all callers would get the answer of one.`,
      ])
      expect(await of({ a: route.use(session).get('/', { access, use }, () => 1) })).toEqual([
        `${place}: It says by: 'user', and on the route no middleware says who the caller is (session authenticates, without a part principal): all callers would get the answer of one.`,
      ])
      expect(await of({ a: route.use(account).get('/', { access, use }, () => 1) })).toEqual([])
    }
  })

  it('on POST without a key, and on methods that change something', async () => {
    const one = (method: 'post' | 'put' | 'patch' | 'delete') =>
      of({ a: route[method]('/', { ...open, use: [cached(keep)] }, () => 1) })
    expect(await one('post')).toEqual([
      expect.stringContaining(
        'It stands on a POST route, and its key does not say what tells one request from another.',
      ),
    ])
    for (const method of ['put', 'patch', 'delete'] as const)
      expect(await one(method)).toEqual([
        expect.stringContaining(
          `It stands on a route of method ${method.toUpperCase()}, which changes something.`,
        ),
      ])
  })

  it('with a key of a body that there is not, or that is not plain data', async () => {
    const body = 'body' as const
    expect(
      await of({ a: route.post('/', { ...open, use: [cached({ ...keep, key: body })] }, () => 1) }),
    ).toEqual([expect.stringContaining("Its key is 'body', and the route declares none.")])
    expect(
      await of({
        a: route.post('/', { ...open, body: bytes(), use: [cached({ ...keep, key: body })] }, () => 1),
      }),
    ).toEqual([expect.stringContaining("Its key is 'body', and the route takes one as bytes().")])
    expect(await of({ a: route.query('/', { ...open, use: [cached(keep)] }, () => 1) })).toEqual([
      expect.stringContaining('It stands on a QUERY route that declares no body'),
    ])
  })

  it('on a route that answers with a stream, or that sets cookies', async () => {
    const jar = middleware({
      name: 'jar',
      stage: 'receive',
      run: () => undefined,
      describe: { headers: { 'set-cookie': 'One.' } },
    })
    expect(
      await of({
        a: route.get(
          '/',
          { ...open, response: { 200: content('text/event-stream') }, use: [cached(keep)] },
          () => '',
        ),
      }),
    ).toEqual([
      expect.stringContaining('The route answers with a stream, text/event-stream, which is not kept.'),
    ])
    expect(await of({ a: route.use(jar).get('/', { ...open, use: [cached(keep)] }, () => '') })).toEqual([
      expect.stringContaining("says that it sets cookies ('set-cookie'), which belong to one caller."),
    ])
    const response = { 200: { body: t.String(), headers: { 'set-cookie': t.String() } } }
    expect(
      await of({ a: route.get('/', { ...open, response, use: [cached(keep)] }, () => '' as never) }),
    ).toHaveLength(1)
  })

  it('twice on one route', async () => {
    const twice = [cached(keep), cached({ ttlMs: 5 })]
    expect(await of({ a: route.get('/', { ...open, use: twice }, () => 1) })).toEqual([
      'route a (GET /): Its use has cached twice, of which only the last would stand.',
    ])
  })

  it('with a namespace of its answers that other code has made with other options', async () => {
    const routes = { list: route.get('/', { ...open, use: [cached(keep)] }, () => 1) }
    const MINE = token<object>('mine')
    const make = (kept: Cache): object => kept.namespace('http.list', { ttlMs: 5, schema: t.Integer() })
    const first = bind(CACHE, {
      make: () => {
        const kept = createCache()
        make(kept)
        return kept
      },
    })
    const clash = expect.stringMatching(
      /^cached of route list \(.*cached-start\.test\.ts:\d+\): There is a namespace 'http\.list' already, with another schema, ttlMs, serializer, made by namespace \(.*cached-start\.test\.ts:\d+\)\.$/,
    )
    expect(await problemsOf(cachedApp(routes, { overrides: [first] }))).toEqual([clash])
    const later = bind(MINE, { needs: [CACHE], make })
    const injects = route.inject({ mine: MINE }).get('/mine', open, () => 1)
    expect(await problemsOf(cachedApp({ ...routes, injects }, { providers: [later] }))).toEqual([
      expect.stringMatching(
        /There is a namespace 'http\.list' already, .*, made by cached of route list \(.*cached-start\.test\.ts:\d+\)\./,
      ),
    ])
  })

  it('without the plugin of the cache', async () => {
    const routes = { a: route.get('/', { ...open, use: [cached(keep)] }, () => 1) }
    expect(await problemsOf(testApp({ routes }))).toEqual([
      expect.stringContaining("Nothing provides the token 'keelson.cache'"),
    ])
  })

  it('and says it once for many routes: a router may hold it for those that read', async () => {
    const all = cached(keep)
    expect(
      await of({
        a: route.get('/a', { ...open, ...use(all) }, () => 1),
        b: route.delete('/b', { ...open, ...use(all) }, () => 1),
        c: route.delete('/c', { ...open, ...use(all) }, () => 1),
      }),
    ).toHaveLength(1)
  })
})

describe('options of cached() and invalidates()', () => {
  it.each([
    [{ ttlMs: 0 }, 'ttlMs'],
    [{ ttlMs: 200 * 365 * 86_400_000 }, 'ttlMs'],
    [{}, 'ttlMs'],
    [{ ...keep, ttl: 5 }, "no option 'ttl'"],
    [{ ...keep, tags: ['a\nb'] }, 'control characters'],
    [{ ...keep, tags: Array.from({ length: 17 }, (_, at) => `t${at}`) }, '17 tags'],
    [{ ...keep, by: 'tenant' }, 'by'],
    [{ ...keep, key: 'query' }, 'key'],
    [{ ...keep, vary: ['Accept Language'] }, '"Accept Language", which is not the name of a header'],
    [{ ...keep, vary: ['*'] }, "Option vary has '*'"],
    [{ ...keep, headers: ['*'] }, "Option headers has '*'"],
    [{ ...keep, headers: ['Set-Cookie'] }, "Option headers has 'set-cookie', which belongs to one caller"],
    [{ ...keep, headers: ['x-request-id'] }, "Option headers has 'x-request-id', which is about one request"],
    [{ ...keep, errorTtlMs: 5 }, 'errorTtlMs says how long errors are kept, and errors names none'],
    [{ ...keep, needs: needs<{ user: object }>('user') }, 'needs says what functions are given, and there'],
    [{ ...keep, errors: [500] }, 'errors'],
    [{ ...keep, errors: [429] }, 'errors has 429'],
  ])('refuses %j', (options, said) => {
    expect(() => cached(options as never)).toThrow(said)
  })

  it('refuses needs without a function', () => {
    expect(() => invalidates({ needs: needs<{ user: object }>('user'), tags: ['a'] })).toThrow(
      'Give a function as tags, or omit needs.',
    )
  })

  it('refuses what is not a tag', () => {
    expect(() => invalidates(...([] as never))).toThrow('No tag is given.')
    expect(() => invalidates('')).toThrow('A tag is a text that is not empty')
    expect(() => invalidates('a', 'b\u0000')).toThrow('control characters')
    expect(() => invalidates('a', (() => 'b') as never)).toThrow(
      'A tag is a text that is not empty, not the function',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { createLookup, type Lookup } from './lookup.ts'
import type { LookupOptions } from './lookup-tree.ts'

/** Routes written as `GET /a`; the value of each is what was written. */
function lookupOf(routes: readonly string[], options?: LookupOptions): Lookup<string> {
  const { lookup, problems } = createLookup(routes.map(toEntry), options)
  expect(problems).toEqual([])
  return lookup
}

function toEntry(route: string): { method: string; pattern: string; value: string; place: string } {
  const space = route.indexOf(' ')
  return {
    method: route.slice(0, space),
    pattern: route.slice(space + 1),
    value: route,
    place: `route ${route}`,
  }
}

/** `GET /a/1` to `GET /a/:x [1]`, or `none`. */
function ask(lookup: Lookup<string>, request: string): string {
  const space = request.indexOf(' ')
  const match = lookup.match(request.slice(0, space), request.slice(space + 1))
  return match === undefined ? 'none' : [match.value, ...match.values.map((value) => `[${value}]`)].join(' ')
}

describe('match', () => {
  const lookup = lookupOf([
    'GET /',
    'GET /a',
    'POST /a',
    'GET /a/b/d',
    'GET /a/:x/c',
    'GET /a/:x',
    'GET /slash/',
    'GET /users/:id',
    'DELETE /users/me',
    'GET /users/:userId/orders/:orderId',
    'GET /files/*path',
    'GET /files/:name/meta',
    'GET /files/readme',
    'GET /café',
    'GET /a b/:x',
    'GET /half%2Fhalf',
    'GET /100%25',
    'GET /three/:a/:b/:c/*d',
    'GET /.well-known/:name',
  ])

  it.each([
    ['GET /', 'GET /'],
    ['GET /a', 'GET /a'],
    ['POST /a', 'POST /a'],
    ['PUT /a', 'none'],
    ['get /a', 'none'],
    ['GET /A', 'none'],
    ['GET /a/', 'none'],
    ['GET /nothing', 'none'],
    ['GET ', 'none'],
    ['GET a', 'none'],
    ['OPTIONS *', 'none'],
    ['GET //', 'none'],
    ['GET //a', 'none'],
    ['GET /a//c', 'none'],
    ['GET /slash/', 'GET /slash/'],
    ['GET /slash', 'none'],
    ['GET /a/b/d', 'GET /a/b/d'],
    ['GET /a/b/c', 'GET /a/:x/c [b]'],
    ['GET /a/b', 'GET /a/:x [b]'],
    ['GET /a/b/e', 'none'],
    ['GET /users/7', 'GET /users/:id [7]'],
    ['GET /users/', 'none'],
    ['GET /users/me', 'GET /users/:id [me]'],
    ['DELETE /users/me', 'DELETE /users/me'],
    ['GET /users/7/orders/8', 'GET /users/:userId/orders/:orderId [7] [8]'],
    ['GET /users/7/orders', 'none'],
    ['GET /users/7/orders/8/', 'none'],
    ['GET /files/a/b.txt', 'GET /files/*path [a/b.txt]'],
    ['GET /files/a/', 'GET /files/*path [a/]'],
    ['GET /files//', 'GET /files/*path [/]'],
    ['GET /files//a//b', 'GET /files/*path [/a//b]'],
    ['GET /files/', 'none'],
    ['GET /files', 'none'],
    ['GET /files/readme', 'GET /files/readme'],
    ['GET /files/readme/meta', 'GET /files/:name/meta [readme]'],
    ['GET /files/readme/data', 'GET /files/*path [readme/data]'],
    ['GET /three/1/2/3/4/5', 'GET /three/:a/:b/:c/*d [1] [2] [3] [4/5]'],
    ['GET /.well-known/x', 'GET /.well-known/:name [x]'],
  ])('%s finds %s', (request, found) => {
    expect(ask(lookup, request)).toBe(found)
  })

  it.each([
    ['GET /%61', 'GET /a'],
    ['GET /caf%C3%A9', 'GET /café'],
    ['GET /caf%c3%a9', 'GET /café'],
    ['GET /cafe%CC%81', 'none'],
    ['GET /a%20b/c%20d', 'GET /a b/:x [c d]'],
    ['GET /a+b/1', 'none'],
    ['GET /half%2Fhalf', 'GET /half%2Fhalf'],
    ['GET /half%2fhalf', 'GET /half%2Fhalf'],
    ['GET /half/half', 'none'],
    ['GET /100%25', 'GET /100%25'],
    ['GET /users/a%2Fb', 'GET /users/:id [a/b]'],
    ['GET /users/a%2fb%2F', 'GET /users/:id [a/b/]'],
    ['GET /users/%2F', 'GET /users/:id [/]'],
    ['GET /users%2F7', 'none'],
    ['GET /users/%252F', 'GET /users/:id [%2F]'],
    ['GET /users/%25zz', 'GET /users/:id [%zz]'],
    ['GET /users/100%25', 'GET /users/:id [100%]'],
    ['GET /users/a+b', 'GET /users/:id [a+b]'],
    ['GET /users/%3Fx%23y', 'GET /users/:id [?x#y]'],
    ['GET /users/%F0%9F%98%80/orders/%C3%A9', 'GET /users/:userId/orders/:orderId [😀] [é]'],
    ['GET /files/a%2Fb/c%20d', 'GET /files/*path [a/b/c d]'],
    ['GET /users/a.b', 'GET /users/:id [a.b]'],
    ['GET /users/...', 'GET /users/:id [...]'],
  ])('%s is decoded once and finds %s', (request, found) => {
    expect(ask(lookup, request)).toBe(found)
  })

  it.each([
    ['GET', '/users/%zz', 'ERR_CORE_PATH_ENCODING'],
    ['GET', '/users/%ff', 'ERR_CORE_PATH_ENCODING'],
    ['GET', '/users/a%2', 'ERR_CORE_PATH_ENCODING'],
    ['GET', '/users/a%00b', 'ERR_CORE_PATH_ENCODING'],
    ['GET', '/nothing/here/%zz', 'ERR_CORE_PATH_ENCODING'],
    ['TRACE', '/%zz', 'ERR_CORE_PATH_ENCODING'],
    ['GET', '/users/..', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/users/%2e%2e', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/users/%2E', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/files/../../etc/passwd', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/files/a%2F..%2Fb', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/a/./b', 'ERR_CORE_PATH_DOT_SEGMENT'],
    ['GET', '/nothing/..', 'ERR_CORE_PATH_DOT_SEGMENT'],
  ])('refuses %s %s with 400, whatever the routes', (method, path, code) => {
    expect(() => lookup.match(method, path)).toThrow(expect.objectContaining({ status: 400, code }))
    expect(() => lookup.allowed(path)).toThrow(expect.objectContaining({ status: 400, code }))
    expect(() => lookupOf([]).match(method, path)).toThrow(expect.objectContaining({ status: 400, code }))
  })

  it('gives one frozen match for all requests of a static route', () => {
    const first = lookup.match('GET', '/a')
    expect(lookup.match('GET', '/a')).toBe(first)
    expect(lookup.match('GET', '/%61')).toBe(first)
    expect(Object.isFrozen(first)).toBe(true)
    expect(Object.isFrozen(first?.values)).toBe(true)
  })

  it('gives each request of another route values of its own', () => {
    const first = lookup.match('GET', '/users/1')
    const second = lookup.match('GET', '/users/2')
    expect([first?.values, second?.values]).toEqual([['1'], ['2']])
  })

  it('finds nothing for a target that is no path', () => {
    const all = lookupOf(['GET /:x', 'GET /*rest', 'OPTIONS /*rest'])
    for (const target of ['*', 'abc', 'example.com:443', '']) {
      expect([ask(all, `GET ${target}`), ask(all, `OPTIONS ${target}`)]).toEqual(['none', 'none'])
      expect(all.allowed(target)).toEqual([])
    }
  })

  it('finds static paths of any length', () => {
    const long = `/${'x'.repeat(600)}`
    const found = lookupOf([`GET ${long}`, `GET ${long}y`, 'GET /:x'])
    expect(ask(found, `GET ${long}`)).toBe(`GET ${long}`)
    expect(ask(found, `GET ${long}y`)).toBe(`GET ${long}y`)
    expect(ask(found, `GET ${long}z`)).toBe(`GET /:x [${long.slice(1)}z]`)
  })

  it('takes names of Object.prototype as ordinary text', () => {
    const plain = lookupOf(['GET /users'])
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    for (const name of names) {
      expect(ask(plain, `GET /${name}`)).toBe('none')
      expect(ask(plain, `${name} /users`)).toBe('none')
      expect(plain.allowed(`/${name}`)).toEqual([])
    }
    const named = lookupOf(['GET /__proto__', 'GET /constructor/:constructor', 'GET /x/:id'])
    expect(ask(named, 'GET /__proto__')).toBe('GET /__proto__')
    expect(ask(named, 'GET /constructor/toString')).toBe('GET /constructor/:constructor [toString]')
    expect(ask(named, 'GET /x/__proto__')).toBe('GET /x/:id [__proto__]')
  })
})

describe('precedence', () => {
  const routes = [
    'GET /*all',
    'GET /:x/b',
    'GET /a/*rest',
    'GET /a/:y',
    'GET /a/b',
    'GET /:x/:y/c',
    'GET /a/:y/*rest',
  ]

  it.each([
    ['GET /a/b', 'GET /a/b'],
    ['GET /a/x', 'GET /a/:y [x]'],
    ['GET /c/b', 'GET /:x/b [c]'],
    ['GET /a/x/c', 'GET /a/:y/*rest [x] [c]'],
    ['GET /d/x/c', 'GET /:x/:y/c [d] [x]'],
    ['GET /d/x/e', 'GET /*all [d/x/e]'],
    ['GET /a/', 'GET /*all [a/]'],
    ['GET /a//', 'GET /a/*rest [/]'],
    ['GET /d', 'GET /*all [d]'],
    ['GET /', 'none'],
  ])('is decided by the first segment that differs: %s finds %s', (request, found) => {
    expect(ask(lookupOf(routes), request)).toBe(found)
    expect(ask(lookupOf(routes.toReversed()), request)).toBe(found)
  })
})

describe('methods', () => {
  it('serves HEAD by GET, unless HEAD has a route of its own', () => {
    const lookup = lookupOf(['GET /a', 'GET /:x', 'HEAD /:y', 'POST /p'])
    expect(ask(lookup, 'HEAD /a')).toBe('GET /a')
    expect(ask(lookup, 'HEAD /b')).toBe('HEAD /:y [b]')
    expect(ask(lookup, 'GET /b')).toBe('GET /:x [b]')
    expect(ask(lookupOf(['GET /a']), 'HEAD /a')).toBe('GET /a')
    expect(ask(lookupOf(['POST /a']), 'HEAD /a')).toBe('none')
  })

  it('serves every method by a route for all, where the pattern of no other is closer', () => {
    const lookup = lookupOf(['* /old/*rest', 'GET /*all', 'POST /old/*rest', 'GET /old/new'])
    expect(ask(lookup, 'GET /old/x')).toBe('* /old/*rest [x]')
    expect(ask(lookup, 'HEAD /old/x')).toBe('* /old/*rest [x]')
    expect(ask(lookup, 'PROPFIND /old/x')).toBe('* /old/*rest [x]')
    expect(ask(lookup, 'POST /old/x')).toBe('POST /old/*rest [x]')
    expect(ask(lookup, 'GET /old/new')).toBe('GET /old/new')
    expect(ask(lookup, 'PUT /old/new')).toBe('* /old/*rest [new]')
    expect(ask(lookup, 'PUT /other')).toBe('none')
    expect(ask(lookupOf(['* /x', 'POST /y']), 'HEAD /x')).toBe('* /x')
  })

  it.each([
    ['/a', ['GET', 'HEAD', 'OPTIONS', 'POST']],
    ['/a/1', ['DELETE', 'OPTIONS', 'PUT']],
    ['/a/%31', ['DELETE', 'OPTIONS', 'PUT']],
    ['/a/me', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT']],
    ['/h', ['HEAD', 'OPTIONS']],
    ['/o', ['OPTIONS']],
    ['/all/x', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']],
    ['/nothing', []],
    ['', []],
    ['*', []],
  ])('allowed(%j) is %j', (path, methods) => {
    const lookup = lookupOf(['POST /a', 'GET /a', 'PUT /a/:x', 'DELETE /a/:y', 'GET /a/me', 'HEAD /h', 'OPTIONS /o', '* /all/:x']) // prettier-ignore
    expect(lookup.allowed(path)).toEqual(methods)
  })
})

describe('options', () => {
  it('compares without case where told, and keeps the case of values', () => {
    const lookup = lookupOf(['GET /Users/List', 'GET /users/:Id/Orders', 'GET /ÄRGER/*rest', 'GET /x%2Fy'], {
      caseSensitive: false,
    })
    expect(ask(lookup, 'GET /uSERS/lIST')).toBe('GET /Users/List')
    expect(ask(lookup, 'GET /USERS/AbC/orders')).toBe('GET /users/:Id/Orders [AbC]')
    expect(ask(lookup, 'GET /%C3%A4rger/A%2FB')).toBe('GET /ÄRGER/*rest [A/B]')
    expect(ask(lookup, 'GET /USERS/İİ/orders')).toBe('GET /users/:Id/Orders [İİ]')
    expect(ask(lookup, 'GET /USERS/%C4%B0%2F/ORDERS')).toBe('GET /users/:Id/Orders [İ/]')
    expect(ask(lookup, 'GET /X%2fY')).toBe('GET /x%2Fy')
    expect(ask(lookup, 'get /users/list')).toBe('none')
    expect(lookup.allowed('/USERS/LIST')).toEqual(['GET', 'HEAD', 'OPTIONS'])
  })

  it('ignores one slash at the end where told', () => {
    const lookup = lookupOf(['GET /', 'GET /a', 'GET /b/', 'GET /u/:id', 'GET /f/*rest'], {
      trailingSlash: 'ignore',
    })
    expect(ask(lookup, 'GET /')).toBe('GET /')
    expect(ask(lookup, 'GET /a/')).toBe('GET /a')
    expect(ask(lookup, 'GET /a')).toBe('GET /a')
    expect(ask(lookup, 'GET /b')).toBe('GET /b/')
    expect(ask(lookup, 'GET /b/')).toBe('GET /b/')
    expect(ask(lookup, 'GET /u/1/')).toBe('GET /u/:id [1]')
    expect(ask(lookup, 'GET /u/1%2F')).toBe('GET /u/:id [1/]')
    expect(ask(lookup, 'GET /u/')).toBe('none')
    expect(ask(lookup, 'GET /f/x/')).toBe('GET /f/*rest [x/]')
    expect(ask(lookup, 'GET /f/')).toBe('none')
    expect(ask(lookup, 'GET /a//')).toBe('none')
    expect(ask(lookup, 'GET //')).toBe('none')
    expect(lookup.allowed('/a/')).toEqual(['GET', 'HEAD', 'OPTIONS'])
  })
})

describe('a rest that may be empty', () => {
  const routes = ['GET /s/*rest?', 'GET /u/:id/*rest?', 'GET /:x', 'GET /s/a', 'POST /f/*rest']

  it('is taken with its slash, and without any where slashes at the end count', () => {
    const lookup = lookupOf(routes)
    expect(ask(lookup, 'GET /s/')).toBe('GET /s/*rest? []')
    expect(ask(lookup, 'GET /s/b/c')).toBe('GET /s/*rest? [b/c]')
    expect(ask(lookup, 'GET /s/a')).toBe('GET /s/a')
    expect(ask(lookup, 'GET /s//')).toBe('GET /s/*rest? [/]')
    expect(ask(lookup, 'GET /s')).toBe('GET /:x [s]')
    expect(ask(lookup, 'GET /u/1/')).toBe('GET /u/:id/*rest? [1] []')
    expect(ask(lookup, 'GET /u/1')).toBe('none')
    expect(ask(lookup, 'GET /u/%2F/')).toBe('GET /u/:id/*rest? [/] []')
    expect(ask(lookup, 'HEAD /s/')).toBe('GET /s/*rest? []')
    expect(ask(lookup, 'POST /f/')).toBe('none')
    expect(lookup.allowed('/s/')).toEqual(['GET', 'HEAD', 'OPTIONS'])
    expect(ask(lookupOf(['GET /*all?']), 'GET /')).toBe('GET /*all? []')
    expect(ask(lookupOf(['GET /*all?', 'GET /']), 'GET /')).toBe('GET /')
    expect(ask(lookupOf(['GET /*all']), 'GET /')).toBe('none')
  })

  it('is taken without its slash, too, where that does not count', () => {
    const lookup = lookupOf([...routes, 'GET /s/d/e/*rest?', 'GET /s/d/e'], { trailingSlash: 'ignore' })
    expect(ask(lookup, 'GET /s/')).toBe('GET /s/*rest? []')
    expect(ask(lookup, 'GET /s')).toBe('GET /s/*rest? []')
    expect(ask(lookup, 'GET /u/1')).toBe('GET /u/:id/*rest? [1] []')
    expect(ask(lookup, 'GET /u/1/')).toBe('GET /u/:id/*rest? [1] []')
    expect(ask(lookup, 'GET /u/1/x/')).toBe('GET /u/:id/*rest? [1] [x/]')
    expect(ask(lookup, 'GET /u')).toBe('GET /:x [u]')
    expect(ask(lookup, 'GET /s/d/e/')).toBe('GET /s/d/e')
    expect(ask(lookup, 'POST /f/')).toBe('none')
    expect(ask(lookupOf(['GET /*all?'], { trailingSlash: 'ignore' }), 'GET /')).toBe('GET /*all? []')
    expect(ask(lookupOf(['GET /:a/:b', 'GET /:a/*rest?'], { trailingSlash: 'ignore' }), 'GET /x')).toBe(
      'GET /:a/*rest? [x] []',
    )
  })
})

describe('createLookup', () => {
  it.each([
    ['GET /a', 'GET /a', {}, /GET \/a is already declared: route GET \/a/],
    ['GET /:id', 'GET /:slug', {}, /GET \/:slug matches the same paths as GET \/:id: route GET \/:id/],
    ['GET /x/*a', 'GET /x/*b', {}, /same paths/],
    ['GET /x/*a', 'GET /x/*b?', {}, /same paths/],
    ['GET /a%20b', 'GET /a b', {}, /same paths/],
    ['GET /a', 'GET /A', { caseSensitive: false }, /same paths/],
    ['GET /:x/a', 'GET /:y/A', { caseSensitive: false }, /same paths/],
    ['GET /a', 'GET /a/', { trailingSlash: 'ignore' }, /same paths/],
    ['GET /:a/', 'GET /:b', { trailingSlash: 'ignore' }, /same paths/],
    ['* /a', '* /a', {}, /already/],
    ['HEAD /a', 'HEAD /a', {}, /already/],
  ] as const)('names both places where %s meets %s', (first, second, options, message) => {
    const { problems } = createLookup([first, second].map(toEntry), options)
    expect(problems).toEqual([
      {
        code: 'ERR_CORE_ROUTE_DUPLICATE',
        place: `route ${second}`,
        message: expect.stringMatching(message),
        remedy: 'Remove one of the two, or give them different paths or prefixes.',
      },
    ])
  })

  it.each([
    [['GET /:id', 'POST /:slug']],
    [['GET /users/:id', 'GET /users/:userId/orders']],
    [['GET /a', 'GET /a/']],
    [['GET /a', 'GET /A']],
    [['GET /a', 'GET /:x', 'GET /*x']],
    [['GET /a', 'HEAD /a', '* /a']],
    [['GET /:x/b', 'GET /a/:y']],
    [['GET /half%2Fhalf', 'GET /half/half']],
  ])('has nothing against %j', (routes) => {
    expect(createLookup(routes.map(toEntry)).problems).toEqual([])
  })

  it('tells all problems at once, and patterns by the place of their route', () => {
    const { problems } = createLookup(['GET /:id?', 'GET /a', 'GET /a', 'GET b', 'GET /a'].map(toEntry))
    expect(problems.map(({ code, place }) => `${code} ${place}`)).toEqual([
      'ERR_CORE_ROUTE_PATTERN route GET /:id?',
      'ERR_CORE_ROUTE_PATTERN route GET b',
      'ERR_CORE_ROUTE_DUPLICATE route GET /a',
      'ERR_CORE_ROUTE_DUPLICATE route GET /a',
    ])
  })

  it('lists its routes in the order in which they came', () => {
    const lookup = lookupOf(['POST /b', 'GET /a/:x'])
    expect(lookup.entries()).toMatchObject([
      { method: 'POST', pattern: { source: '/b' }, value: 'POST /b', place: 'route POST /b' },
      { method: 'GET', pattern: { source: '/a/:x', paramNames: ['x'] }, value: 'GET /a/:x' },
    ])
    expect(Object.isFrozen(lookup.entries())).toBe(true)
  })
})

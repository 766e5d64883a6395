import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import { joinPatterns, parsePattern } from './path-pattern.ts'

function problemsOf(run: () => unknown): SetupError['problems'] {
  try {
    run()
  } catch (error) {
    if (error instanceof SetupError) return error.problems
    throw error
  }
  return []
}

describe('parsePattern', () => {
  it('takes a pattern apart into static segments, params and the rest', () => {
    expect(parsePattern('/users/:user_id/files/*path2', 'here')).toEqual({
      source: '/users/:user_id/files/*path2',
      segments: [
        { kind: 'static', text: 'users' },
        { kind: 'param', name: 'user_id' },
        { kind: 'static', text: 'files' },
        { kind: 'wildcard', name: 'path2' },
      ],
      paramNames: ['user_id', 'path2'],
    })
  })

  it.each([
    ['/', ['']],
    ['/a', ['a']],
    ['/a/', ['a', '']],
    ['/café/a b', ['café', 'a b']],
    ['/caf%C3%A9/a%20b', ['café', 'a b']],
    ['/v1/batch%3Aget/%2Aall/100%25/x%2Fy', ['v1', 'batch:get', '*all', '100%', 'x/y']],
    [
      '/$metadata/c++/a,b;c=d/~me/@you/x&y/a!b/...',
      ['$metadata', 'c++', 'a,b;c=d', '~me', '@you', 'x&y', 'a!b', '...'],
    ],
    ['/.well-known/..a', ['.well-known', '..a']],
    ['/__proto__/constructor', ['__proto__', 'constructor']],
  ])('reads %s as static text', (pattern, texts) => {
    const { segments, paramNames } = parsePattern(pattern, 'here')
    expect(segments).toEqual(texts.map((text) => ({ kind: 'static', text })))
    expect(paramNames).toEqual([])
  })

  it.each([
    ['', /does not begin/, "'/'"],
    ['users/:id', /does not begin/, "'/users/:id'"],
    ['*', /does not begin/, "'/*'"],
    [undefined, /does not begin/, "'/users/:id'"],
    ['/a//b', /empty segment/, 'one slash'],
    ['//', /empty segment/, 'one slash'],
    ['/a/:', /has no name/, "':id'"],
    ['/:id?', /optional/, "two routes, one with ':id'"],
    ['/:id(\\d+)', /regular expression/, "Write ':id', and declare in the route's `params` schema"],
    ['/:(\\d+)', /regular expression/, "Write ':name'"],
    ['/:path*', /repeats/, "'*path'"],
    ['/:path+', /repeats/, "'*path'"],
    ['/:id.json', /more than a param/, 'in the handler'],
    ['/:from-:to', /more than a param/, 'in the handler'],
    ['/user-:id', /follows other text/, '%3A'],
    ['/batch:get', /follows other text/, '%3A'],
    ['/a*', /follows other text/, '%2A'],
    ['/:1st', /name in ':1st'/, 'letter'],
    ['/:größe', /more than a param/, 'segment'],
    ['/:é', /name in ':é'/, 'letter'],
    ['/:__proto__', /__proto__/, 'another name'],
    ['/*__proto__', /__proto__/, 'another name'],
    ['/*', /no name/, "'*rest'"],
    ['/a/**', /no name/, "'*rest'"],
    ['/(.*)', /no name/, "'*rest'"],
    ['/*rest??', /name in/, "'*rest?'"],
    ['/*rest?/', /Another segment follows/, 'the last segment'],
    ['/*rest?/x', /Another segment follows/, 'the last segment'],
    ['/*__proto__?', /__proto__/, 'another name'],
    ['/:id/*id?', /'id' is used more than once/, 'of its own'],
    ['/*a-b', /name in/, "'*rest'"],
    ['/*rest/x', /Another segment follows/, 'the last segment'],
    ['/*rest/', /Another segment follows/, 'the last segment'],
    ['/{id}', /not the syntax of a param/, "':id'"],
    ['/{id:[0-9]+}', /not the syntax of a param/, "':id'"],
    ['/[id]', /not the syntax of a param/, "':id'"],
    ['/<id>', /not the syntax of a param/, "':id'"],
    ['/[...slug]', /not the syntax of a wildcard/, "'*slug'"],
    ['/{*slug}', /not the syntax of a wildcard/, "'*slug'"],
    ['/{slug*}', /not the syntax of a wildcard/, "'*slug'"],
    ['/(en|de)', /no regular expressions and no groups/, 'each alternative'],
    ['/a\\b', /no regular expressions and no groups/, 'percent-encoded'],
    ['/users?page=1', /path only/, '`query`'],
    ['/users#top', /fragments/, 'Remove the fragment'],
    ['/100%', /does not begin an escape/, "'%25'"],
    ['/a%zz', /does not begin an escape/, "'%25'"],
    ['/a%ff', /does not begin an escape/, "'%25'"],
    ['/a/../b', /dot segment/, 'leads to'],
    ['/./b', /dot segment/, 'leads to'],
    ['/%2e%2E', /dot segment/, 'leads to'],
    ['/a%2F..', /dot segment/, 'leads to'],
    ['/a%00b', /control character/, 'Remove it'],
    ['/a\nb', /control character/, 'Remove it'],
    ['/:id/x/:id', /'id' is used more than once/, 'of its own'],
    ['/:id/*id', /'id' is used more than once/, 'of its own'],
  ])('refuses %s and says what to write', (pattern, message, remedy) => {
    const problems = problemsOf(() => parsePattern(pattern as string, 'route users.show'))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'ERR_CORE_ROUTE_PATTERN', place: 'route users.show' })
    expect(problems[0]?.message).toMatch(message)
    expect(problems[0]?.message).toContain(String(pattern))
    expect(problems[0]?.remedy).toContain(remedy)
  })

  it('tells every fault of a pattern at once', () => {
    expect(problemsOf(() => parsePattern('/{id}//:x?', 'here'))).toHaveLength(3)
  })

  it('gives a frozen value, which routes may share', () => {
    const pattern = parsePattern('/a/:b', 'here')
    expect([pattern, pattern.segments, pattern.paramNames].every(Object.isFrozen)).toBe(true)
  })
})

describe('joinPatterns', () => {
  it.each([
    ['', '', '/'],
    ['/', '', '/'],
    ['/orders', '', '/orders'],
    ['', '/', '/'],
    ['/', '/', '/'],
    ['', '/a', '/a'],
    ['/', '/a', '/a'],
    ['/orders', '/', '/orders'],
    ['/orders/', '/', '/orders'],
    ['/orders', '/:id', '/orders/:id'],
    ['/orders/', '/:id', '/orders/:id'],
    ['/orders', '/:id/', '/orders/:id/'],
    ['/shops/:shop/orders', '/*rest', '/shops/:shop/orders/*rest'],
    ['', '/a/', '/a/'],
  ])('puts %j and %j together as %j', (prefix, path, joined) => {
    expect(joinPatterns(prefix, path)).toBe(joined)
  })

  it('does not glue segments together where a slash is missing', () => {
    expect(problemsOf(() => joinPatterns('/orders', 'items', 'route orders.items'))).toMatchObject([
      { code: 'ERR_CORE_ROUTE_PATTERN', place: 'route orders.items', remedy: "Write '/items'." },
    ])
    expect(problemsOf(() => joinPatterns('orders', '/items'))).toMatchObject([
      { place: "path '/items' below 'orders'", remedy: "Write '/orders'." },
    ])
    expect(problemsOf(() => joinPatterns('/orders', undefined as never))).toHaveLength(1)
  })
})

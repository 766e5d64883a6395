import { describe, expect, it } from 'vitest'
import { joinPatterns } from '../path/index.ts'
import { route } from './factory.ts'
import { accessRuleOf, flattenRoutes, isTree, rulesOf } from './flatten.ts'
import { middleware } from './middleware.ts'
import type { RouteTree } from '@keelson/contract'
import type { AccessRule } from './route-contract.ts'
import { router } from './router.ts'

const open = { access: 'public' } as const
const get = (path: string) => route.get(path, open, () => 'x')
const rule = (name: string) => middleware({ name, stage: 'authorize', run: () => undefined })
const problemsOf = (tree: unknown) => flattenRoutes(tree as RouteTree).problems

describe('a flattened tree', () => {
  it('has the routes as they were written, with the names and prefixes above them', () => {
    const tree = {
      home: get('/'),
      admin: router('/admin', { users: { list: get('/users'), show: get('/users/:id') } }),
      last: get('/last'),
    }
    const { routes, problems } = flattenRoutes(tree)
    expect(problems).toEqual([])
    expect(routes.map(({ name, pattern }) => [name, pattern])).toEqual([
      ['home', '/'],
      ['admin.users.list', '/admin/users'],
      ['admin.users.show', '/admin/users/:id'],
      ['last', '/last'],
    ])
    expect(routes[2]?.place).toMatch(
      /^route admin\.users\.show \(GET \/admin\/users\/:id, .*flatten\.test\.ts/,
    )
  })

  it('has the options of the routers above, outermost first', () => {
    const [outer, inner] = [{ access: rule('outer') }, { access: rule('inner') }]
    const tree = { a: router('/a', outer, { b: router('/b', inner, { c: get('/c') }) }) }
    const { routes, routers } = flattenRoutes(tree)
    expect(routes[0]?.routers).toEqual([outer, inner])
    expect(routers).toEqual([
      { prefix: '/a', routers: [outer] },
      { prefix: joinPatterns('/a', '/b'), routers: [outer, inner] },
    ])
  })

  it('has nothing of what a tree does not show', () => {
    expect(flattenRoutes(Object.defineProperty({}, 'hidden', { value: get('/') })).routes).toEqual([])
  })

  it('is not made where the tree itself throws', () => {
    const tree = {
      get broken(): never {
        throw new RangeError('broken')
      },
    }
    expect(() => flattenRoutes(tree)).toThrow(RangeError)
  })

  it('may have one tree in two places', () => {
    const shared = { x: get('/x') }
    const { routes, problems } = flattenRoutes({ a: router('/a', shared), b: router('/b', shared) })
    expect(problems).toEqual([])
    expect(routes.map((one) => one.name)).toEqual(['a.x', 'b.x'])
  })
})

describe('what a tree cannot have', () => {
  it('is itself', () => {
    const tree: Record<string, unknown> = {}
    tree['inner'] = { again: tree }
    expect(problemsOf(tree)).toMatchObject([
      {
        code: 'ERR_CORE_ROUTE_TREE',
        place: 'routes.inner.again',
        message: expect.stringContaining('routes once more'),
      },
    ])
  })

  it.each(['a.b', '1a', '', 'a b', Symbol('s')])('is the name %s', (name) => {
    expect(problemsOf({ [name]: get('/') })).toMatchObject([{ code: 'ERR_CORE_ROUTE_NAME' }])
  })

  it.each(['a', '_a', '$a', 'a-1'])('is not the name %s', (name) => {
    expect(problemsOf({ [name]: get('/') })).toEqual([])
  })

  it.each([
    ['undefined', undefined, 'import cycle'],
    ['a function', () => 'x', 'Put what route.get'],
    ['a Map', new Map(), 'Put what route.get'],
    ['a promise', Promise.resolve({}), 'Await it first.'],
  ])('is %s', (_, value, remedy) => {
    expect(problemsOf({ a: value })).toMatchObject([
      { code: 'ERR_CORE_ROUTE_TREE', place: 'routes.a', remedy: expect.stringContaining(remedy) },
    ])
    expect(isTree(value)).toBe(false)
  })

  it('is a path without a slash, and the other routes are there', () => {
    const { routes, problems } = flattenRoutes({ wrong: get('x'), right: get('/x') })
    expect(routes.map((one) => one.name)).toEqual(['right'])
    expect(problems).toMatchObject([{ code: 'ERR_CORE_ROUTE_PATTERN' }])
  })

  it('is a router whose arguments were wrong, of which no route is there', () => {
    const { routes, problems } = flattenRoutes({
      a: router('/a', { acess: 'public' } as never, { b: get('/b') }),
    })
    expect(routes).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.place).toMatch(/^router a \(.*flatten\.test\.ts:\d+\)$/)
  })

  it('is a route whose arguments were wrong, which is told under its name', () => {
    const problems = problemsOf({ a: route.get('/', { acess: 'public' } as never, () => 'x') })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.place).toMatch(/^route a \(GET \//)
  })
})

describe('the access rule of a route', () => {
  const [outer, inner, own] = [rule('outer'), rule('inner'), rule('own')]
  const flat = (access?: AccessRule, innerRule?: AccessRule) => {
    const below = { c: route.get('/c', { access } as never, () => 'x') }
    const tree = { a: router('/a', { access: outer }, { b: router('/b', { access: innerRule }, below) }) }
    return flattenRoutes(tree).routes[0]!
  }

  it('is its own, else that of the nearest router', () => {
    expect(accessRuleOf(flat(own, inner))).toBe(own)
    expect(accessRuleOf(flat(undefined, inner))).toBe(inner)
    expect(accessRuleOf(flat())).toBe(outer)
  })

  it('is a list, empty where the route is public', () => {
    expect(rulesOf(flat(own))).toEqual([own])
    expect(rulesOf(flat([own, inner]))).toEqual([own, inner])
    expect(rulesOf(flat('public'))).toEqual([])
  })
})

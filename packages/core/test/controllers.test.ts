import {
  accessRule,
  injectable,
  inject,
  middleware,
  needs,
  reply,
  route,
  router,
  SetupError,
  t,
  token,
  UnauthorizedError,
  bind,
  type ContextOf,
  type HandlerContext,
  type ResultOf,
} from '@keelson/core'
import { controller, controllerRoutes, del, get, patch, post, put } from '@keelson/core/controllers'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

class Orders {
  readonly #all = new Map([['1', { id: '1', total: 5 }]])
  find(id: string) {
    return this.#all.get(id)
  }
  add(total: number) {
    const order = { id: String(this.#all.size + 1), total }
    this.#all.set(order.id, order)
    return order
  }
}
interface User {
  readonly id: string
}
const bearer = middleware({
  name: 'bearer',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx): { user: User } => {
    const id = ctx.header('authorization')
    if (id === undefined) throw new UnauthorizedError()
    return { user: { id } }
  },
})
const member = route.use(bearer)
const Order = t.Object({ id: t.String(), total: t.Number() })
const isAnn = accessRule({
  name: 'ann',
  needs: needs<{ user: User }>('user'),
  allow: ({ user }) => user.id === 'ann',
})

const SHOW = member.define({
  params: { id: t.String() },
  response: { 200: Order, 404: t.Object({ missing: t.String() }) },
  access: 'public',
})
const CREATE = member.define({
  body: t.Object({ total: t.Number({ minimum: 0 }) }),
  response: { 201: Order },
  access: isAnn,
})
const REMOVE = member.define({ params: { id: t.String() }, access: isAnn })

@controller('/orders')
class OrdersController {
  static readonly inject = [Orders] as const
  readonly #orders: Orders
  constructor(orders: Orders) {
    this.#orders = orders
  }

  @get('/:id', SHOW)
  show({ params }: ContextOf<typeof SHOW>): ResultOf<typeof SHOW> {
    return this.#orders.find(params.id) ?? reply(404, { missing: params.id })
  }

  @post('/', CREATE)
  async create({ body }: ContextOf<typeof CREATE>): Promise<ResultOf<typeof CREATE>> {
    return this.#orders.add(body.total)
  }

  @del('/:id', REMOVE)
  remove(): void {}
}

describe.each(transports)('a controller, %s', (transport) => {
  it('serves its methods as routes, with schemas, middleware and access rules', async () => {
    await using app = await testApp({
      routes: { orders: controllerRoutes(OrdersController, { show: SHOW, create: CREATE, remove: REMOVE }) },
      transport,
    })
    const ask = async (method: string, path: string, user?: string, json?: unknown) => {
      const response = await app.request(method, path, {
        json,
        headers: user === undefined ? {} : { authorization: user },
      })
      const text = await response.text()
      return [response.status, text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>)]
    }
    expect(await ask('GET', '/orders/1', 'bob')).toEqual([200, { id: '1', total: 5 }])
    expect(await ask('GET', '/orders/9', 'bob')).toEqual([404, { missing: '9' }])
    expect((await ask('GET', '/orders/1'))[0]).toBe(401)
    expect(await ask('POST', '/orders', 'ann', { total: 7 })).toEqual([201, { id: '2', total: 7 }])
    expect((await ask('POST', '/orders', 'bob', { total: 7 }))[0]).toBe(403)
    expect((await ask('POST', '/orders', 'ann', { total: -1 }))[0]).toBe(400)
    expect((await ask('DELETE', '/orders/1', 'ann'))[0]).toBe(204)
  })

  it('has the names of its methods in logs, below the router that it is put in', async () => {
    const app = await testApp({
      routes: {
        api: router('/api', {
          orders: controllerRoutes(OrdersController, { show: SHOW, create: CREATE, remove: REMOVE }),
        }),
      },
      transport,
    })
    expect((await app.request('GET', '/api/orders/1', { headers: { authorization: 'bob' } })).status).toBe(
      200,
    )
    await app.close()
    expect(app.log.lines).toContainEqual(
      expect.objectContaining({ route: 'api.orders.show', pattern: '/api/orders/:id' }),
    )
  })

  it('may be made for each request, with decorated needs', async () => {
    const NAME = token<string>('name')
    let made = 0
    const WHO = route.define(open)
    @controller('/who')
    @injectable({ scope: 'request' })
    class Who {
      readonly #name: string
      constructor(@inject(NAME) name: string) {
        made++
        this.#name = name
      }
      @put('/', WHO) put() {
        return `${this.#name} ${made}`
      }
      @patch('/', WHO) patch() {
        return `${this.#name} ${made}`
      }
    }
    await using app = await testApp({
      routes: { who: controllerRoutes(Who, { put: WHO, patch: WHO }) },
      providers: [bind(NAME, { value: 'ann' })],
      transport,
    })
    expect(await (await app.request('PUT', '/who')).text()).toBe('ann 1')
    expect(await (await app.request('PATCH', '/who')).text()).toBe('ann 2')
  })
})

describe('a controller that does not fit its definitions', () => {
  const A = route.define(open)
  const B = route.define(open)
  const problemOf = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      expect(error).toBeInstanceOf(SetupError)
      return (error as SetupError).problems
        .map((one) => `${one.code} ${one.place}: ${one.message}`)
        .join('\n')
    }
    return 'nothing'
  }

  it('is told what is wrong', () => {
    class Plain {
      a() {
        return 1
      }
    }
    @controller('/x')
    class Bare {
      a() {
        return 1
      }
    }
    @controller('/x')
    class More {
      @get('/a', A) a() {
        return 1
      }
      @get('/b', B) b() {
        return 1
      }
    }
    expect(problemOf(() => controllerRoutes(Plain, { a: A })).split('\n')).toEqual([
      'ERR_CORE_CONTROLLER controller Plain: It has no @controller(prefix).',
      'ERR_CORE_CONTROLLER controller Plain: It has no decorated method a.',
    ])
    expect(problemOf(() => controllerRoutes(Bare, { a: A }))).toBe(
      'ERR_CORE_CONTROLLER controller Bare: It has no decorated method a.',
    )
    expect(problemOf(() => controllerRoutes(More, { a: A }))).toBe(
      'ERR_CORE_CONTROLLER controller More: Its method b has a route that is not listed.',
    )
    expect(problemOf(() => controllerRoutes(More, { a: B, b: B }))).toBe(
      'ERR_CORE_CONTROLLER controller More: Its method a is decorated with another definition than the one listed.',
    )
    expect(problemOf(() => controllerRoutes(More, { a: A, b: B }))).toBe('nothing')
    expect(
      problemOf(() => controllerRoutes(More, { a: B, constructor: A } as never)).split('\n'),
    ).toHaveLength(3)
    const twice = (): void => {
      class Twice {
        @get('/a', A) @get('/b', A) a() {
          return 1
        }
      }
      new Twice()
    }
    const wrong = (): void => {
      class Wrong {
        @get('/a', A) static a() {
          return 1
        }
      }
      new Wrong()
    }
    expect(problemOf(twice)).toBe(
      'ERR_CORE_CONTROLLER controller Twice: Its method a has two routes, but a name can have one.',
    )
    expect(problemOf(wrong)).toBe('ERR_CORE_CONTROLLER controller Wrong: Its method a is static.')
  })

  it('stops the start when a method says nothing of its access, or its needs are not there', async () => {
    const MISSING = token<string>('missing')
    const OPEN = route.define({})
    @controller('/x')
    class Needy {
      static readonly inject = [MISSING] as const
      readonly value: string
      constructor(value: string) {
        this.value = value
      }
      @get('/a', A) a() {
        return this.value
      }
      @get('/b', OPEN) b() {
        return 1
      }
    }
    const error = (await testApp({ routes: { x: controllerRoutes(Needy, { a: A, b: OPEN }) } }).catch(
      (thrown: unknown) => thrown,
    )) as SetupError
    expect(error.problems.map((one) => one.code).toSorted()).toEqual([
      'ERR_CORE_ACCESS_MISSING',
      'ERR_CORE_DI_MISSING',
    ])
  })

  it('inherits the routes of its base class', async () => {
    class Base {
      @get('/base', A) base() {
        return 'base'
      }
    }
    @controller('/x')
    class Derived extends Base {
      @get('/own', B) own() {
        return 'own'
      }
    }
    await using app = await testApp({ routes: { x: controllerRoutes(Derived, { base: A, own: B }) } })
    expect(await (await app.request('GET', '/x/base')).text()).toBe('base')
    expect(await (await app.request('GET', '/x/own')).text()).toBe('own')
  })
})

describe('a handler in another place', () => {
  const schemas = { params: { id: t.Integer() }, query: { deep: t.Optional(t.Boolean()) } }
  const orders = member.inject({ orders: Orders })
  function show({ params, query, orders: service, user }: HandlerContext<typeof orders, typeof schemas>) {
    return { order: service.find(String(params.id)), deep: query.deep ?? false, user: user.id }
  }

  it('gets the context of its factory and its schemas', async () => {
    await using app = await testApp({ routes: { show: orders.get('/:id', { ...open, ...schemas }, show) } })
    const response = await app.request('GET', '/1?deep=true', { headers: { authorization: 'ann' } })
    expect(await response.json()).toEqual({ order: { id: '1', total: 5 }, deep: true, user: 'ann' })
  })
})

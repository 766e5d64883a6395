import { channel } from 'node:diagnostics_channel'
import {
  accessRule,
  CLOCK,
  ForbiddenError,
  middleware,
  needs,
  reply,
  route,
  ServiceUnavailableError,
  t,
  type AnyMiddleware,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { toOpenApi } from '@keelson/openapi'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import {
  ability,
  allRules,
  anyRule,
  definePolicy,
  recent,
  role,
  scheme,
  signedIn,
  type AuthMessage,
} from '@keelson/auth'

interface User {
  readonly id: string
  readonly roles: readonly string[]
}
interface Order {
  readonly id: string
  readonly ownerId: string
}
const orders: readonly Order[] = [
  { id: 'a1', ownerId: 'ada' },
  { id: 'e1', ownerId: 'eve' },
]
const NOW = Date.parse('2026-11-30T09:00:00Z')

/** `ada:admin,sales` of a header, who signed in an hour ago, or now with `fresh`. */
const caller = scheme({
  name: 'caller',
  security: { name: 'bearer' },
  find: ({ header }) => {
    const given = header('x-user')
    if (given === undefined) return undefined
    const [id = '', roles = ''] = given.split(':')
    const user: User = { id, roles: roles.split(',') }
    const authenticatedAt = roles.includes('fresh') ? NOW : NOW - 3_600_000
    return { user, principal: { id, kind: 'user' as const }, authenticatedAt, authScheme: 'Bearer' }
  },
})
const { can } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource<Order>()(({ where }) => ({ read: where(({ user }, order) => order.ownerId.is(user.id)) })),
}))
const web = route.use(caller)
const one = web.at('/:id', { id: t.String() })
const read = can('read', 'Order', {
  load: ({ params }: { params: { id: string } }) => orders.find(({ id }) => id === params.id),
})
const later = accessRule({ name: 'later', allow: async ({ header }) => header('x-later') !== undefined })
const down = accessRule({
  name: 'down',
  allow: () => {
    throw new ServiceUnavailableError('The store is down.')
  },
})

const readBody = (text: string): unknown => (/^[{["n]/.test(text) ? JSON.parse(text) : text)

async function appOf<T extends Record<string, unknown>>(routes: T) {
  const app = await testApp({ routes: routes as never, now: NOW })
  onTestFinished(() => app.close())
  const get = async (path: string, user?: string, headers: Record<string, string> = {}) => {
    const answer = await app.request('GET', path, {
      headers: { ...headers, ...(user === undefined ? {} : { 'x-user': user }) },
    })
    return { status: answer.status, body: readBody(await answer.text()), headers: answer.headers }
  }
  const status = async (...given: Parameters<typeof get>) => (await get(...given)).status
  return { app, get, status }
}

describe('anyRule', () => {
  it('admits whom one of its rules admits, asked in order', async () => {
    const { status } = await appOf({
      purge: web.get(
        '/purge',
        { access: anyRule(role('admin'), later, role('sales')) },
        ({ user }) => user?.id ?? null,
      ),
    })
    expect(await status('/purge', 'ada:admin')).toBe(200)
    expect(await status('/purge', 'ada:sales')).toBe(200)
    expect(await status('/purge', 'ada', { 'x-later': 'yes' })).toBe(200)
    expect(await status('/purge', 'ada')).toBe(403)
  })

  it('has on the context what all add, and proves what all prove', async () => {
    const bySales = anyRule(allRules(role('sales'), read), read)
    const { get, status } = await appOf({
      show: one.get('/', { access: bySales }, ({ order, user }) => {
        expectTypeOf(order).toEqualTypeOf<Order>()
        expectTypeOf(user).toEqualTypeOf<User>()
        return { order, user: user.id }
      }),
      either: one.get('/either', { access: anyRule(role('admin'), read) }, (ctx) => {
        expectTypeOf(ctx).not.toHaveProperty('order')
        expectTypeOf(ctx.user).toEqualTypeOf<User>()
        return { has: 'order' in ctx, id: ctx.user.id }
      }),
      open: one.get('/open', { access: anyRule(later, read) }, ({ user }) => {
        expectTypeOf(user).toEqualTypeOf<User | undefined>()
        return user?.id ?? null
      }),
    })
    expect(await get('/a1', 'ada')).toMatchObject({ status: 200, body: { order: orders[0], user: 'ada' } })
    expect(await status('/e1', 'ada')).toBe(404)
    expect(await get('/e1/either', 'ada:admin')).toMatchObject({ body: { has: false, id: 'ada' } })
    expect(await get('/a1/either', 'ada')).toMatchObject({ body: { has: false } })
    expect(await get('/zz/open', undefined, { 'x-later': 'yes' })).toMatchObject({ status: 200, body: null })
  })

  it('answers 401 to nobody, 404 of a record that it does not tell of, 401 to who may sign in anew, 403 else', async () => {
    const { get, status } = await appOf({
      a: one.get('/a', { access: anyRule(role('admin'), read) }, () => null),
      b: web.get('/b', { access: anyRule(role('admin'), recent({ withinMs: 60_000 })) }, () => null),
      c: one.get('/c', { access: anyRule(recent({ withinMs: 60_000 }), read) }, () => null),
      d: web.get('/d', { access: anyRule(role('admin'), role('sales')) }, () => null),
      e: web.get('/e', { access: anyRule(later, role('sales')) }, () => null),
    })
    for (const path of ['/e1/a', '/b', '/e1/c', '/d', '/e']) expect(await status(path)).toBe(401)
    expect(await status('/e1/a', 'ada')).toBe(404)
    expect(await get('/b', 'ada')).toMatchObject({ status: 401, body: { code: 'ERR_AUTH_NOT_RECENT' } })
    expect(await status('/e1/c', 'ada')).toBe(404)
    expect(await status('/d', 'ada')).toBe(403)
    expect(await status('/b', 'ada:fresh')).toBe(200)
  })

  it('ends with any other failure: nobody is admitted beside a store that is down', async () => {
    const { status } = await appOf({ a: web.get('/a', { access: anyRule(down, role('admin')) }, () => null) })
    expect(await status('/a', 'ada:admin')).toBe(503)
  })

  it('tells of refusals where nobody admits, and not of those before one that does', async () => {
    const { app, status } = await appOf({
      a: one.get('/a', { access: anyRule(role('admin'), read) }, () => null),
    })
    const events: AuthMessage[] = []
    const listen = (event: unknown) => void events.push(event as AuthMessage)
    channel('keelson:auth:denied').subscribe(listen)
    onTestFinished(() => {
      channel('keelson:auth:denied').unsubscribe(listen)
    })
    const refused = () => app.log.lines.filter((line) => line['event'] === 'access-refused')
    expect(await status('/a1/a', 'ada')).toBe(200)
    expect([refused(), events]).toEqual([[], []])
    expect(await status('/e1/a', 'ada')).toBe(404)
    expect(refused().map((line) => line['rule'])).toEqual(['role admin', 'read Order'])
    expect(events.map(({ by, route }) => [by, route])).toEqual([
      ['role admin', 'a'],
      ['read Order', 'a'],
    ])
  })

  it('gives each rule what it holds, and closes it', async () => {
    const closed: string[] = []
    const clocked = (name: string) =>
      middleware({
        name,
        stage: 'authorize',
        inject: { clock: CLOCK },
        state: ({ clock }) => ({ since: clock.now(), [Symbol.dispose]: () => void closed.push(name) }),
        needs: needs<{ user: unknown }>('user'),
        run: ({ header }, { clock, state }) => {
          if (header('x-state') === `${name} ${clock.now() - state.since}`) return
          throw new ForbiddenError()
        },
      })
    const app = await testApp({
      routes: {
        a: web.get(
          '/a',
          { access: anyRule(allRules(signedIn(), clocked('first')), clocked('second')) },
          () => null,
        ),
      },
      now: NOW,
    })
    expect(
      (await app.request('GET', '/a', { headers: { 'x-state': 'first 0', 'x-user': 'ada' } })).status,
    ).toBe(200)
    expect((await app.request('GET', '/a', { headers: { 'x-state': 'second 0' } })).status).toBe(200)
    await app.close()
    expect(closed).toEqual(['second', 'first'])
  })

  it('lets an answer of a rule go out', async () => {
    const login = middleware({
      name: 'login',
      stage: 'authorize',
      needs: needs<{ user: unknown }>('user'),
      run: ({ user }) => (user === undefined ? reply(303, undefined, { location: '/login' }) : undefined),
    })
    const { get, status } = await appOf({
      a: web.get('/a', { access: anyRule(role('admin'), login as never) }, () => 'in'),
    })
    expect(await status('/a', 'ada')).toBe(200)
    const answer = await get('/a')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])
  })

  it('is described by the errors of all', async () => {
    const response = t.String()
    const { app } = await appOf({
      a: one.get(
        '/a',
        { access: anyRule(role('admin'), read, recent({ withinMs: 60_000 })), response },
        () => '',
      ),
    })
    const { responses } = (toOpenApi(app.app, { info: { title: 'Shop', version: '1' } }) as never)['paths'][
      '/{id}/a'
    ]['get'] as { responses: Record<string, unknown> }
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '401', '403', '404', '503']))
  })
})

describe('allRules', () => {
  it('admits whom all admit, each of which finds what those before it add', async () => {
    const open = accessRule({
      name: 'own',
      needs: needs<{ order: Order; user: User }>('order', 'user'),
      allow: ({ order, user }) => order.ownerId === user.id && user.roles.includes('open'),
    })
    const { get, status } = await appOf({
      a: one.get('/a', { access: allRules(read, open, ability('orders:read')) }, ({ order, user }) => {
        expectTypeOf(order).toEqualTypeOf<Order>()
        expectTypeOf(user).toEqualTypeOf<User>()
        return order.id
      }),
    })
    expect(await get('/a1/a', 'ada:open')).toMatchObject({ status: 200, body: 'a1' })
    expect(await status('/a1/a', 'ada')).toBe(403)
    expect(await status('/e1/a', 'ada:open')).toBe(404)
    expect(await status('/a1/a')).toBe(401)
  })
})

it('combined rules challenge by what one of them states, and by the credentials of the others', () => {
  const ask = { stage: 'authorize', run: () => undefined } as const
  const stated = middleware({ ...ask, name: 'stated', challenge: 'Digest realm="lamps", nonce="n1"' })
  const described = middleware({ ...ask, name: 'described', describe: { security: 'basic' } })
  expect(allRules(stated, described).challenge).toEqual([
    'Digest realm="lamps", nonce="n1"',
    { name: 'basic' },
  ])
  expect(allRules(role('admin'), signedIn()).challenge).toBeUndefined()
})

describe('what combined rules refuse at start', () => {
  it('what is not an access rule, and other parts than a run', () => {
    const receive = middleware({ name: 'receive', stage: 'receive', run: () => undefined })
    const whole = middleware({
      name: 'whole',
      stage: 'authorize',
      run: () => undefined,
      observe: () => undefined,
    })
    expect(() => anyRule(...([] as unknown as [AnyMiddleware]))).toThrow('at least one')
    for (const wrong of ['public', () => true, receive, undefined])
      expect(() => anyRule(role('admin'), wrong as never)).toThrow('It takes access rules')
    expect(() => allRules(whole)).toThrow("The rule whole has the part 'observe'")
    expect(() => allRules(read, read)).toThrow("Two of its rules add 'order'")
  })

  it('names itself by its rules, at the line that it was written on', () => {
    const rule = anyRule(role('admin'), allRules(signedIn(), read))
    expect(rule.name).toBe('role admin or (signed in and read Order)')
    expect(rule.source).toContain('combined-rules.test.ts')
  })
})

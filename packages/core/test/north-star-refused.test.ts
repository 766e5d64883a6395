import {
  accessRule,
  bind,
  createApp,
  middleware,
  needs,
  route,
  Secret,
  SetupError,
  token,
  type AppOptions,
  type RouteTree,
} from '@keelson/core'
import { docs } from '@keelson/openapi'
import { describe, expect, it } from 'vitest'
import { config } from './north-star/config.ts'
import { member, one, orders } from './north-star/orders.ts'
import { can, canList } from './north-star/policy.ts'
import { cache, cached, redis } from './north-star/stand-ins/cache.ts'
import { database, postgres } from './north-star/stand-ins/db.ts'
import { securityHeaders } from './north-star/stand-ins/http.ts'
import { DB, Orders, tables } from './north-star/tables.ts'
import type { User } from './north-star/user.ts'
import { failureOf } from './support.ts'

const db = database(DB, postgres(config.DATABASE_URL), tables)
const kept = cache(redis(config.REDIS_URL))

type Order = (typeof Orders.row)['static']
const openOrder = accessRule({
  name: 'open order',
  needs: needs<{ order: Order }>('order'),
  allow: ({ order }) => order.status === 'open',
})
const early = middleware({
  name: 'early',
  stage: 'authenticate',
  needs: needs<{ order: Order }>('order'),
  run: ({ order }) => void order.id,
})

/** The shop, but for what is wrong with it. */
const shop = (wrong: Partial<AppOptions<RouteTree>> = {}) =>
  createApp({
    name: 'shop',
    routes: { orders } as RouteTree,
    secrets: [config.APP_SECRET],
    use: [securityHeaders()],
    plugins: [db, kept, docs({ access: 'public' })],
    mode: 'production',
    log: false,
    ...wrong,
  })

/** Without places in files. */
const withoutFiles = (text: string) =>
  text
    .replaceAll(/, [\w./-]+\.ts:\d+/g, '')
    .replaceAll(/ \([\w./-]+\.ts:\d+\)/g, '')
    .replaceAll(/[\w./-]+\.ts:\d+/g, '…')

async function problemsOf(wrong: () => Partial<AppOptions<RouteTree>>): Promise<string[]> {
  const error = await failureOf(
    (async () => {
      await using app = shop(wrong())
      await app.start()
    })(),
  )
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems.map(({ place, message, remedy }) =>
    withoutFiles(`${place}: ${message} ${remedy}`),
  )
}
const withRoutes = (more: RouteTree): Partial<AppOptions<RouteTree>> => ({ routes: { orders, ...more } })

describe('the shop does not start', () => {
  it('but for these', async () => {
    await using app = shop()
    app.check()
    await app.start()
    expect(app.plans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['orders.list', 'orders.show', 'orders.create']),
    )
  })

  it.each<[string, () => Partial<AppOptions<RouteTree>>, string[]]>([
    [
      'without secrets, which tokens are verified by',
      () => ({ secrets: undefined }),
      [
        "middleware bearer, keys: Nothing provides the token 'keelson.keys', needed by middleware bearer -> KEYS. Give createApp({ secrets: [config.APP_SECRET] }).",
      ],
    ],
    [
      'with a secret of 128 bits',
      () => ({ secrets: ['0123456789abcdef0123456789abcdef'] }),
      ['createApp: Option secrets[0] must be a secret of at least 256 bits, not a text. It has 128 bits.'],
    ],
    [
      'without its database',
      () => ({ plugins: [kept] }),
      [
        "route orders.list (GET /orders), ctx.db: Nothing provides the token 'db', needed by route orders.list -> DB.",
        "middleware transaction, transactions: Nothing provides the token 'transactions', needed by middleware transaction -> TRANSACTIONS. Give createApp({ plugins: [database(…)] }).",
      ],
    ],
    [
      'without its cache',
      () => ({ plugins: [db] }),
      [
        "middleware cached, cache: Nothing provides the token 'cache', needed by middleware cached -> CACHE. Give createApp({ plugins: [cache(…)] }).",
      ],
    ],
    [
      'with two databases of one name',
      () => ({ plugins: [db, kept, database(DB, postgres(config.DATABASE_URL), tables)] }),
      [
        'plugin database: Another plugin has the same name.',
        'bind(DB): DB is bound twice: at … and at ….',
        'bind(TRANSACTIONS): TRANSACTIONS is bound twice: at … and at ….',
      ],
    ],
    [
      'when its database cannot connect',
      () => ({ plugins: [database(DB, postgres(new Secret('mysql://x')), tables), kept] }),
      ['plugin database: It did not start: This is no URL of a database.'],
    ],
    [
      'with answers kept of what changes something',
      () =>
        withRoutes({
          pay: member.post(
            '/pay',
            { access: canList('read', 'Order'), use: [cached({ ttlMs: 1, by: 'user' })] },
            () => 1,
          ),
        }),
      ['route pay (POST /pay), middleware cached: Only answers of GET can be kept. Remove cached() from it.'],
    ],
    [
      'with answers kept by user where nobody says who calls',
      () =>
        withRoutes({
          about: route.get('/about', { access: 'public', use: [cached({ ttlMs: 1, by: 'user' })] }, () => 1),
        }),
      [
        "route about (GET /about), middleware cached: It keeps answers by user, and nothing says who calls: nobody's answers would be everybody's.",
      ],
    ],
    [
      'with a route that does not say who may call it',
      () => withRoutes({ about: member.get('/about', {}, () => 1) }),
      ['route about (GET /about): It does not say who may call it.'],
    ],
    [
      'with two routes of one method and path',
      () => withRoutes({ all: member.get('/orders', { access: canList('read', 'Order') }, () => 1) }),
      ['route all (GET /orders): GET /orders is already declared: route orders.list (GET /orders).'],
    ],
    [
      'with a param that stands in its path twice',
      () => withRoutes({ line: one.get('/lines/:id', { access: canList('read', 'Order') }, () => 1) }),
      [
        "route /:id/lines/:id: The path pattern '/:id/lines/:id' is invalid. The name 'id' is used more than once.",
      ],
    ],
    [
      'with a rule that needs what nothing adds',
      () =>
        withRoutes({
          own: route.get(
            '/own',
            {
              access: accessRule({
                name: 'own',
                needs: needs<{ user: User }>('user'),
                allow: ({ user }) => user.id !== '',
              }) as never,
            },
            () => 1,
          ),
        }),
      ["route own (GET /own): Middleware 'own' needs 'user', which nothing adds."],
    ],
    [
      'with a middleware whose service nobody binds',
      () => ({
        use: [
          middleware({
            name: 'audit',
            stage: 'receive',
            inject: { sink: token<object>('sink') },
            run: () => undefined,
          }),
        ],
      }),
      ["middleware audit, sink: Nothing provides the token 'sink', needed by middleware audit -> SINK."],
    ],
    [
      'with a rule that is left out',
      () =>
        withRoutes({
          own: member.get(
            '/own',
            {
              access: middleware({ name: 'own', stage: 'authorize', for: () => null, run: () => undefined }),
            },
            () => 1,
          ),
        }),
      ['route own (GET /own), middleware own: A route cannot omit it: it is an access rule.'],
    ],
    [
      'with docs in the place of a route',
      () => withRoutes({ docs: member.get('/docs', { access: canList('read', 'Order') }, () => 1) }),
      ["plugin docs /docs: It adds the routes 'docs', but the tree has that name already."],
    ],
    [
      'with a database that is bound twice',
      () => ({ providers: [bind(DB, { value: {} as never })] }),
      ['bind(DB): DB is bound twice: at … and at ….'],
    ],
    [
      'with a rule that comes before the one which loads what it needs',
      () =>
        withRoutes({
          paid: one.get(
            '/',
            {
              access: [
                openOrder,
                can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
              ],
            },
            () => 1,
          ),
        }),
      [
        "route paid (GET /:id): Middleware 'open order' (authorize) needs 'order', which 'can read Order' (authorize) adds only later. Move 'can read Order' before 'open order'.",
      ],
    ],
    [
      'with middleware that needs in an earlier stage what a rule loads',
      () =>
        withRoutes({
          paid: one.get(
            '/',
            {
              access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
              use: [early],
            },
            () => 1,
          ),
        }),
      [
        "route paid (GET /:id): Middleware 'early' (authenticate) needs 'order', which 'can read Order' (authorize) adds only later. Give 'early' the stage 'authorize' or a later one.",
      ],
    ],
  ])('%s', async (_what, wrong, told) => {
    const problems = await problemsOf(wrong)
    expect(problems.map((problem, at) => problem.slice(0, told[at]?.length))).toEqual(told)
  })
})

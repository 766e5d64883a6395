import { describe, expect, it } from 'vitest'
import { compileAll } from './compile.ts'

const PRELUDE = `
import { accessRule, createApp, form, metaKey, middleware, needs, plugin, reply, route, router, runInNewFrame, t, text, token, type App } from '@keelson/core'
import { any, conditionsOn, type Page } from '@keelson/core/conditions'
import { createClient, type Manifest } from '@keelson/client'
import { docs } from '@keelson/openapi'
import { config } from './north-star/config.ts'
import { member, one, orders } from './north-star/orders.ts'
import { bearer, definePolicy } from './north-star/stand-ins/auth.ts'
import { cache, cached, invalidates, redis } from './north-star/stand-ins/cache.ts'
import { database, decimal, defineTables, oneOf, postgres, table, text as textColumn, timestamp, transaction, uuid, version, type Database } from './north-star/stand-ins/db.ts'
import { cors, page, pageOf, securityHeaders } from './north-star/stand-ins/http.ts'
import { can, canList } from './north-star/policy.ts'
import { DB, EmailTaken, Orders, tables } from './north-star/tables.ts'
import { toUser, type User } from './north-star/user.ts'
type Api = { orders: typeof orders }
declare const manifest: Manifest
declare const id: string
const audit = middleware({ name: 'audit', stage: 'handle', needs: needs<{ user: User }>('user'), run: ({ user }) => void user.id })
const guest = middleware({ name: 'guest', stage: 'authenticate', adds: ['user'], run: (): { user: User | undefined } => ({ user: undefined }) })
declare const app: App<Api>
const as = { user: { id: '', roles: [] } }
const shop = createClient<Api>({ baseUrl: '', manifest })
`

/** What is wrong, the program, and what the compiler says to it. */
const WRONG: readonly (readonly [title: string, program: string, sentence: string])[] = [
  [
    'a default is none of the words of its column',
    `oneOf('open', 'closed').default('opne')`,
    `Argument of type '"opne"' is not assignable to parameter of type '"open" | "closed"'.`,
  ],
  [
    'a uniqueness names no error',
    `textColumn().unique('EMAIL_TAKEN')`,
    `Argument of type 'string' is not assignable to parameter of type 'TakenError'.`,
  ],
  [
    'a column of text fills itself with the time',
    `textColumn().now()`,
    `The 'this' context of type 'Column<TString, "text", false>' is not assignable`,
  ],
  [
    'what makes a new record is picked by a name that the database fills',
    `Orders.new.pick('email', 'version')`,
    `Argument of type '"version"' is not assignable to parameter of type '"customerId" | "email" | "total"'.`,
  ],
  [
    'a token is bound to tables that it is not of',
    `database(DB, postgres(config.DATABASE_URL), defineTables({ orders: Orders }))`,
    `Property 'customers' is missing in type`,
  ],
  [
    'a database is given its URL as a number',
    `postgres(config.PORT)`,
    `Argument of type 'number' is not assignable to parameter of type 'Secret<string>'.`,
  ],
  [
    'a condition compares with a number',
    `definePolicy<{ user: User }>()((resource) => ({ Order: resource(Orders)(({ where }) => ({ read: where(({ user }, order) => order.customerId.is(user.roles.length)) })) }))`,
    `Argument of type 'number' is not assignable to parameter of type 'string | ColumnTerm<"uuid", `,
  ],
  [
    'a condition asks for a column that is not there',
    `definePolicy<{ user: User }>()((resource) => ({ Order: resource(Orders)(({ where }) => ({ read: where(({ user }, order) => order.custmerId.is(user.id)) })) }))`,
    `Did you mean 'customerId'?`,
  ],
  [
    'a condition is of another table',
    `const customer = conditionsOn(tables.customers.columns)\ndefinePolicy<{ user: User }>()((resource) => ({ Order: resource(Orders)(({ where }) => ({ read: where(() => customer.name.is('a')) })) }))`,
    `Property 'name' is missing in type`,
  ],
  [
    'a policy reads what its callers do not bring',
    `definePolicy<{ user: User }>()((resource) => ({ Order: resource(Orders)(({ when }) => ({ create: when(({ tenant }) => tenant === 'a') })) }))`,
    `Property 'tenant' does not exist on type '{ user: User; }'.`,
  ],
  [
    'a rule names a resource that the policy lacks',
    `one.get('/', { response: Orders.row, access: can('read', 'Ordr', { load: ({ params, db }) => db.orders.byId(params.id) }) }, ({ order }) => order)`,
    `Argument of type '"Ordr"' is not assignable to parameter of type '"Order"'.`,
  ],
  [
    'a rule names an action that the resource lacks',
    `member.post('/', { access: can('remove', 'Order') }, () => 1)`,
    `Argument of type '"remove"' is not assignable to parameter of type '"create" | "read"'.`,
  ],
  [
    'a rule loads a record of another table',
    `one.get('/', { response: Orders.row, access: can('read', 'Order', { load: ({ params, db }) => db.customers.byId(params.id) }) }, ({ order }) => order)`,
    `Type '{ id: string; name: string; }' is missing the following properties`,
  ],
  [
    'a rule for a record loads none',
    `one.get('/', { response: Orders.row, access: can('read', 'Order') }, ({ order }) => order)`,
    `Expected 3 arguments, but got 2.`,
  ],
  [
    'a rule loads by a param that the path lacks',
    `one.get('/', { response: Orders.row, access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.orderId) }) }, ({ order }) => order)`,
    `Property 'orderId' does not exist on type '{ id: string; }'.`,
  ],
  [
    'a rule loads by a service that the factory does not inject',
    `route.use(bearer({ issuer: '', audience: '', user: toUser })).at('/:id').get('/', { access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }) }, ({ order }) => order)`,
    `Property 'db' does not exist on type 'BaseContext & { user: User; } & { readonly params: { readonly id: string; }; }`,
  ],
  [
    'a rule needs a user that nobody adds',
    `route.post('/', { access: can('create', 'Order') }, () => 1)`,
    `This middleware needs 'user' on the context: put the middleware that adds it before.`,
  ],
  [
    'a rule needs a user that has roles',
    `route.use(bearer({ issuer: '', audience: '', user: ({ sub }) => ({ id: sub }) })).post('/', { access: can('create', 'Order') }, () => 1)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'a list rule is asked for an action without a condition',
    `member.get('/', { access: canList('create', 'Order') }, () => [])`,
    `Argument of type '"create"' is not assignable to parameter of type '"read"'.`,
  ],
  [
    'a handler lists what is visible without canList',
    `member.get('/', { query: page(), response: pageOf(Orders.row), access: can('create', 'Order') }, ({ query, visible, db }) => db.orders.page(query, { where: visible }))`,
    `Property 'visible' does not exist on type 'BaseContext & { user: User; }`,
  ],
  [
    'a handler reads a record that no rule loads',
    `one.get('/', { response: Orders.row, access: 'public' }, ({ order }) => order)`,
    `Property 'order' does not exist on type 'BaseContext & { user: User; }`,
  ],
  [
    'a list is selected by what the client says',
    `member.get('/', { query: page(), response: pageOf(Orders.row), access: canList('read', 'Order') }, ({ query, db }) => db.orders.page({ limit: 1 }, { where: query }))`,
    `Type '{ limit?: number; after?: string; before?: string; }' is not assignable to type 'Condition<`,
  ],
  [
    'the params of at leave out one of the path',
    `member.at('/:id/lines/:line', Orders.row.pick('id'))`,
    `The path has ':line', which these params do not describe.`,
  ],
  [
    'the params of at name what the path lacks',
    `member.at('/:order', Orders.row.pick('id'))`,
    `The path '/:order' has no ':id'.`,
  ],
  [
    'the params of at are picked by a name that the table lacks',
    `member.at('/:id', Orders.row.pick('ident'))`,
    `Argument of type '"ident"' is not assignable to parameter of type '"id" | "customerId"`,
  ],
  [
    'an integer param is used where a record is asked for by text',
    `member.at('/:id', { id: t.Integer() }).get('/', { access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }) }, ({ order }) => order)`,
    `Argument of type 'number' is not assignable to parameter of type 'string'.`,
  ],
  [
    'a handler replies with a status that is not declared',
    `member.post('/', { body: Orders.new.pick('email', 'total'), response: { 201: Orders.row }, access: can('create', 'Order') }, async ({ body, user, db }) => reply(200, await db.orders.insert({ ...body, customerId: user.id })))`,
    `Type '200' is not assignable to type '201'.`,
  ],
  [
    'a new record lacks what nobody fills',
    `member.post('/', { body: Orders.new.pick('email', 'total'), response: { 201: Orders.row }, access: can('create', 'Order') }, async ({ body, db }) => reply(201, await db.orders.insert(body)))`,
    `Property 'customerId' is missing in type '{ email: string; total: string; }'`,
  ],
  [
    'a body lacks what the handler reads',
    `member.post('/', { body: Orders.new.pick('email'), response: { 201: Orders.row }, access: can('create', 'Order') }, async ({ body, user, db }) => reply(201, await db.orders.insert({ ...body, customerId: user.id })))`,
    `Property 'total' is missing in type '{ customerId: string; email: string; }'`,
  ],
  [
    'a handler returns another record than declared',
    `member.get('/', { response: Orders.row, access: can('create', 'Order') }, ({ user, db }) => db.customers.insert({ name: user.id }))`,
    `Type '{ id: string; name: string; }' is missing the following properties`,
  ],
  [
    'a handler may find no record',
    `one.get('/', { response: Orders.row, access: can('create', 'Order') }, ({ params, db }) => db.orders.byId(params.id))`,
    `Type 'undefined' is not assignable to type '{ readonly id: string;`,
  ],
  [
    'a route lists a code in place of an error',
    `member.post('/', { errors: ['EMAIL_TAKEN'], access: can('create', 'Order') }, () => 1)`,
    `Type 'string' is not assignable to type 'ErrorDefinition<string, unknown, number>'.`,
  ],
  [
    'a service takes the name of what bearer adds',
    `member.inject({ user: DB })`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'a route authenticates twice',
    `member.get('/', { access: canList('read', 'Order'), use: [bearer({ issuer: '', audience: '', user: toUser })] }, () => 1)`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'the user of a token has no id',
    `bearer({ issuer: '', audience: '', user: ({ sub }) => ({ name: sub }) })`,
    `Property 'id' is missing in type '{ name: string; }' but required in type '{ readonly id: string; }'.`,
  ],
  [
    'an option of a middleware is misspelt',
    `member.get('/', { access: canList('read', 'Order'), use: [cached({ ttl: 30, by: 'user' })] }, () => 1)`,
    `'ttl' does not exist in type 'CachedOptions'.`,
  ],
  [
    'a middleware is named and not called',
    `member.post('/', { access: can('create', 'Order'), use: [transaction] }, () => 1)`,
    `Type '() => Middleware<{}, {}, never>' is not assignable to type`,
  ],
  [
    'what makes a middleware of the app is named and not called',
    `createApp({ routes: { orders }, use: [cors] })`,
    `Type '({ origins }: { readonly origins: readonly string[]; }) => Middleware<{}, {}, never>' is not assignable`,
  ],
  [
    'a fact of a route has another type',
    `const cost = metaKey<number>('cost')\nmember.get('/', { access: canList('read', 'Order'), meta: [cost('dear')] }, () => 1)`,
    `Argument of type 'string' is not assignable to parameter of type 'number'.`,
  ],
  [
    'a middleware uses a service that it does not inject',
    `middleware({ name: 'm', stage: 'handle', inject: { db: DB }, run: (_ctx, { cache }) => void cache })`,
    `Property 'cache' does not exist on type '{ readonly db: Database<`,
  ],
  [
    'a middleware uses a state that it does not make',
    `middleware({ name: 'm', stage: 'handle', inject: { db: DB }, run: (_ctx, { state }) => void state })`,
    `Property 'state' does not exist on type '{ readonly db: Database<`,
  ],
  [
    'a middleware misuses its state',
    `middleware({ name: 'm', stage: 'handle', inject: { db: DB }, state: ({ db }) => db.orders, run: (_ctx, { state }) => void state.byName('a') })`,
    `Property 'byName' does not exist on type 'Repository<`,
  ],
  [
    'a plugin uses a service that it does not inject',
    `plugin({ name: 'p', inject: { db: DB }, start: ({ services }) => void services.cache })`,
    `Property 'cache' does not exist on type 'PluginServices<{ readonly db:`,
  ],
  [
    'plugins hold a middleware',
    `createApp({ routes: { orders }, plugins: [cors({ origins: [] })] })`,
    `is missing in type 'Middleware<{}, {}, never>' but required in type 'Plugin'.`,
  ],
  [
    'a secret is a number of the configuration',
    `createApp({ routes: { orders }, secrets: [config.PORT] })`,
    `Type 'number' is not assignable to type 'AppSecret'.`,
  ],
  [
    'docs do not say who may read them',
    `createApp({ routes: { orders }, plugins: [docs({})] })`,
    `Property 'access' is missing in type '{}' but required in type 'DocsOptions'.`,
  ],
  [
    'a route of the app does not say who may call it',
    `createApp({ routes: { orders, about: member.get('/about', {}, () => 1) } })`,
    `Route 'about' does not say who may call it: give it access, 'public' or a rule, or give its router one.`,
  ],
  [
    'a handler reads of a form what its schema lacks',
    `member.post('/', { body: form(Orders.new.pick('email', 'total')), access: can('create', 'Order') }, ({ body }) => body.id)`,
    `Property 'id' does not exist on type '{ email: string; total: string; }'.`,
  ],
  [
    'a client sends json where a text is declared',
    `const note = member.post('/note', { body: text(), access: can('create', 'Order') }, ({ body }) => body.length)\nconst client = createClient<{ note: typeof note }>({ baseUrl: '', manifest })\nclient.note({ body: { text: 'a' } })`,
    `Type '{ text: string; }' is not assignable to type 'string'.`,
  ],
  [
    'a client leaves out what is required',
    `shop.orders.create({ body: { email: 'a@b.example' } })`,
    `Property 'total' is missing in type '{ email: string; }'`,
  ],
  [
    'a client sends what the database fills',
    `shop.orders.create({ body: { email: 'a@b.example', total: '1', version: 1 } })`,
    `'version' does not exist in type '{ email: string; total: string; }'.`,
  ],
  [
    'a client sends a number for a decimal',
    `shop.orders.create({ body: { email: 'a@b.example', total: 1 } })`,
    `Type 'number' is not assignable to type 'string'.`,
  ],
  [
    'a client leaves out a param of at',
    `shop.orders.show({})`,
    `Property 'params' is missing in type '{}' but required in type '{ params: { id: string; }; }'.`,
  ],
  [
    'a client selects what it may not',
    `shop.orders.list({ query: { where: 'all' } })`,
    `'where' does not exist in type '{ limit?: number; after?: string; before?: string; }'.`,
  ],
  [
    'a client reads what an order lacks',
    `void (await shop.orders.show({ params: { id } })).totl`,
    `Did you mean 'total'?`,
  ],
  [
    'a client reads data before it knows that there are any',
    `void (await shop.orders.create.result({ body: { email: 'a@b.example', total: '1' } })).data`,
    `Property 'data' does not exist on type '{ readonly ok: false;`,
  ],
  [
    'a client asks for an error that the route does not declare',
    `const outcome = await shop.orders.create.result({ body: { email: 'a@b.example', total: '1' } })\nif (!outcome.ok && outcome.error.code === 'ERR_CORE_NOT_FOUND') {}`,
    `This comparison appears to be unintentional because the types '"ERR_CORE_UNAUTHORIZED" | "EMAIL_TAKEN"`,
  ],
  [
    'a switch over the errors of a route forgets one',
    `const outcome = await shop.orders.create.result({ body: { email: 'a@b.example', total: '1' } })\nif (!outcome.ok) { switch (outcome.error.code) { case 'EMAIL_TAKEN': case 'ERR_CORE_UNAUTHORIZED': case 'UNEXPECTED': break; default: outcome.error satisfies never } }`,
    `Type 'WireError<"ERR_CORE_FORBIDDEN", unknown, 403>' does not satisfy the expected type 'never'.`,
  ],
  [
    'own middleware of a route needs a user that nobody adds',
    `route.post('/', { access: 'public', use: [audit] }, () => 1)`,
    `This middleware needs 'user' on the context: put the middleware that adds it before.`,
  ],
  [
    'middleware of a factory needs a user that nobody adds',
    `route.use(audit)`,
    `This middleware needs 'user' on the context: put the middleware that adds it before.`,
  ],
  [
    'own middleware of a route needs a user that may be missing',
    `route.use(guest).post('/', { access: 'public', use: [audit] }, () => 1)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'a handler reads a user that no rule narrows',
    `route.use(guest).get('/', { access: accessRule({ name: 'any', allow: () => true }) }, ({ user }) => user.id)`,
    `'user' is possibly 'undefined'.`,
  ],
  [
    'a rule narrows what it does not need',
    `accessRule({ name: 'signedIn', needs: needs<{ user: User | undefined }>('user'), narrows: ['usr'], allow: () => true })`,
    `narrows names 'usr', which needs does not name.`,
  ],
  [
    'a table stands where a schema of it belongs',
    `member.get('/', { response: Orders, access: can('create', 'Order') }, () => 1 as never)`,
    `is missing the following properties from type 'TSchema'`,
  ],
  [
    'a page is of a table in place of its records',
    `pageOf(Orders)`,
    `is missing the following properties from type 'TSchema'`,
  ],
  [
    'a query is named and not called',
    `member.get('/', { query: page, access: canList('read', 'Order') }, ({ query }) => query.limit)`,
    `Type '() => TObject<{ limit: TOptional<TInteger>;`,
  ],
  [
    'a rule is named and not called',
    `member.get('/', { access: can }, () => 1)`,
    `is not assignable to type 'AccessRule | readonly AccessRule[] | InlineRule<`,
  ],
  [
    'a plugin is named and not called',
    `createApp({ routes: { orders }, plugins: [docs] })`,
    `Type '(options: DocsOptions) => Plugin' is not assignable to type 'Plugin'.`,
  ],
  [
    'an option of the app is misspelt',
    `createApp({ routes: { orders }, plugin: [docs({ access: 'public' })] })`,
    `Did you mean to write 'plugins'?`,
  ],
  [
    'a handler sends a page that lacks its items',
    `member.get('/', { response: pageOf(Orders.row), access: canList('read', 'Order') }, () => ({ item: [] }))`,
    `Type '{ item: never[]; }' is not assignable to type '({ readonly items:`,
  ],
  [
    'a rule in a list needs what nothing loads',
    `one.get('/', { access: [accessRule({ name: 'paid', needs: needs<{ invoice: { id: string } }>('invoice'), allow: ({ invoice }) => invoice.id !== '' }), can('create', 'Order')] }, () => 1)`,
    `This middleware needs 'invoice' on the context: put the middleware that adds it before.`,
  ],
  [
    'an operation is called by a name that no route has',
    `app.invoke('orders.shw', { params: { id } }, { as })`,
    `No route has this name.`,
  ],
  [
    'an operation is called by a name that no route has, with nothing else',
    `app.invoke('orders.shw')`,
    `No route has this name.`,
  ],
  [
    'an operation is called by the name of a router',
    `app.invoke('orders', {}, { as })`,
    `No route has this name.`,
  ],
  [
    'an operation is called without a param of at',
    `app.invoke('orders.show', {}, { as })`,
    `Property 'params' is missing in type '{}' but required in type '{ params: { id: string; }; }'.`,
  ],
  [
    'an operation is called with a number for a decimal',
    `app.invoke('orders.create', { body: { email: '', total: 1 } }, { as })`,
    `Type 'number' is not assignable to type 'string'.`,
  ],
  [
    'an operation is called by who has no names',
    `app.invoke('orders.show', { params: { id } }, { as: 'ann' })`,
    `Type 'string' is not assignable to type 'Readonly<Record<string, unknown>>'.`,
  ],
  [
    'an option of a call is misspelt',
    `app.invoke('orders.show', { params: { id } }, { ass: as })`,
    `'ass' does not exist in type 'InvokeOptions'.`,
  ],
  [
    'what an operation gives is read unchecked',
    `const called = await app.invoke('orders.show', { params: { id } }, { as })\ncalled.data.total`,
    `Property 'data' does not exist on type '{ readonly ok: false;`,
  ],
  [
    'an error of an operation is looked for that it does not declare',
    `const called = await app.invoke('orders.show', { params: { id } }, { as })\nif (!called.ok && called.error.code === 'EMAIL_TAKEN') {}`,
    `This comparison appears to be unintentional because the types '`,
  ],
]

/**
 * A reader finds the sentence: it is not at the end of a page. A condition is a union, each member of which the compiler explains.
 */
const MOST_LINES = 6
const LONG: readonly string[] = ['a condition is of another table']

describe('a wrong variant of the shop does not compile', () => {
  const programs = Object.fromEntries(
    WRONG.map(([, program], at) => [`shop-${at}`, `${PRELUDE}\n${program}\nexport {}\n`]),
  )
  const printed = compileAll({ right: `${PRELUDE}\nexport {}\n`, ...programs })

  it('compiles what all of them begin with', () => {
    expect(printed.get('right')).toBe('')
  })

  it.each(WRONG.map(([title, , sentence], at) => ({ title, sentence, at })))(
    '$title',
    ({ title, sentence, at }) => {
      const text = printed.get(`shop-${at}`) as string
      expect(text).toContain(sentence)
      expect(text).not.toContain("assignable to type 'never'")
      expect(text.split('\n').length > MOST_LINES).toBe(LONG.includes(title))
    },
  )
})

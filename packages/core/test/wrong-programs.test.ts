import { describe, expect, it } from 'vitest'
import { compileAll } from './compile.ts'

const PRELUDE = `
import { accessRule, bind, createApp, defineError, lazy, loadConfig, middleware, needs, plugin, reply, route, router, secret, t, token, UnauthorizedError, type AccessRule, type ContextOf, type HandlerContext } from '@keelson/core'
import { controller, controllerRoutes, get } from '@keelson/core/controllers'
import { frameKey } from '@keelson/core/frames'
import { createClient } from '@keelson/client'
interface User { readonly id: string }
const user = middleware({ name: 'user', stage: 'authenticate', adds: ['user'], describe: { errors: [UnauthorizedError] }, run: (): { user: User } => ({ user: { id: 'a' } }) })
class Orders { find(id: string): { id: string; total: number } { return { id, total: 1 } } }
const Order = t.Object({ id: t.String(), total: t.Number() })
const Closed = defineError('CLOSED', { status: 409, title: 'Closed' })
const Rich = defineError('RICH', { status: 409, title: 'Rich', details: t.Object({ at: t.String() }) })
const open = { access: 'public' } as const
const member = route.use(user).inject({ orders: Orders })
const orders = router('/orders', {
  show: member.get('/:id', { ...open, params: { id: t.String() }, response: Order, errors: [Closed] }, ({ params, orders }) => orders.find(params.id)),
  create: member.post('/', { ...open, body: t.Object({ total: t.Number() }), response: { 201: Order, 202: t.Object({ queued: t.Boolean() }) } }, () => reply(202, { queued: true })),
})
const one = member.at('/orders/:id', { id: t.Integer() })
const needsAdmin = middleware({ name: 'admin', stage: 'authorize', needs: needs<{ admin: User }>('admin'), run: () => undefined })
const needsNumber = middleware({ name: 'number', stage: 'authorize', needs: needs<{ user: number }>('user'), run: () => undefined })
const needsPage = middleware({ name: 'page', stage: 'validate', needs: needs<{ query: { page: number } }>('query'), run: () => undefined })
type Api = { orders: typeof orders }
declare const client: ReturnType<typeof createClient<Api>>
`

/** What is wrong, the program, and what the compiler says to it. */
const WRONG: readonly (readonly [title: string, program: string, sentence: string])[] = [
  [
    'an option is misspelt',
    `route.get('/', { ...open, respone: Order }, () => 1)`,
    `'respone' is not an option of a route.`,
  ],
  [
    'a handler returns another type than declared',
    `route.get('/', { ...open, response: Order }, () => ({ id: 1, total: 1 }))`,
    `Type 'number' is not assignable to type 'string'`,
  ],
  [
    'a handler leaves out a declared property',
    `route.get('/', { ...open, response: Order }, () => ({ id: 'a' }))`,
    `Property 'total' is missing in type '{ id: string; }'`,
  ],
  [
    'a param is not in the path',
    `route.get('/:id', open, ({ params }) => params.ident)`,
    `Property 'ident' does not exist on type '{ readonly id: string; }'`,
  ],
  [
    'no middleware adds what the handler reads',
    `route.get('/', open, ({ user }) => user)`,
    `Property 'user' does not exist on type`,
  ],
  [
    'a number of the query is used as a string',
    `route.get('/', { ...open, query: { page: t.Integer() } }, ({ query }) => query.page.toUpperCase())`,
    `Property 'toUpperCase' does not exist on type 'number'`,
  ],
  [
    'an optional query field is used unchecked',
    `route.get('/', { ...open, query: { page: t.Optional(t.Integer()) } }, ({ query }) => query.page + 1)`,
    `'query.page' is possibly 'undefined'`,
  ],
  [
    'a body is read that is not declared',
    `route.post('/', open, ({ body }) => body.total)`,
    `'body' is possibly 'undefined'`,
  ],
  [
    'a reply has a status that is not declared',
    `route.get('/', { ...open, response: { 200: Order } }, () => reply(404, { id: 'a', total: 1 }))`,
    `Type '404' is not assignable to type '200'`,
  ],
  [
    'a reply has the body of another status',
    `route.get('/', { ...open, response: { 200: Order, 202: t.Object({ queued: t.Boolean() }) } }, () => reply(202, { id: 'a', total: 1 }))`,
    `is not assignable to type`,
  ],
  [
    'a middleware needs what nothing adds',
    `const own = middleware({ name: 'own', stage: 'authorize', needs: needs<{ user: User }>('user'), run: () => undefined })\nroute.use(own)`,
    `This middleware needs 'user' on the context: put the middleware that adds it before.`,
  ],
  [
    'a middleware needs another type',
    `const own = middleware({ name: 'own', stage: 'authorize', needs: needs<{ user: number }>('user'), run: () => undefined })\nmember.use(own)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'adds names what run does not return',
    `middleware({ name: 'a', stage: 'receive', adds: ['one', 'two'], run: () => ({ one: 1 }) })`,
    `adds names 'two', which run does not return.`,
  ],
  [
    'run returns what adds does not name',
    `middleware({ name: 'a', stage: 'receive', adds: ['one'], run: () => ({ one: 1, two: 2 }) })`,
    `run returns 'two', which adds does not name.`,
  ],
  [
    'a stage does not exist',
    `middleware({ name: 'a', stage: 'before', run: () => undefined })`,
    `Type '"before"' is not assignable to type`,
  ],
  [
    'an addition that may be missing is used unchecked',
    `const maybe = middleware({ name: 'a', stage: 'receive', adds: ['one'], run: (ctx): { one: number } | undefined => (ctx.path === '/' ? { one: 1 } : undefined) })\nroute.use(maybe).get('/', open, ({ one }) => one + 1)`,
    `'one' is possibly 'undefined'`,
  ],
  [
    'needs names a property that its type lacks',
    `needs<{ user: User }>('usr')`,
    `Argument of type '"usr"' is not assignable to parameter of type '"user"'`,
  ],
  [
    'an access rule needs what the route does not have',
    `route.get('/', { access: accessRule({ name: 'own', needs: needs<{ user: User }>('user'), allow: ({ user }) => user.id === 'a' }) }, () => 1)`,
    `This middleware needs 'user' on the context: put the middleware that adds it before.`,
  ],
  [
    'an access rule reads a param of another type',
    `member.get('/:id', { params: { id: t.Integer() }, access: accessRule({ name: 'own', load: ({ params, orders }) => orders.find(params.id) }) }, () => 1)`,
    `This middleware needs another type of 'params' than the context has.`,
  ],
  [
    'an access rule is a misspelt word',
    `route.get('/', { access: 'publik' }, () => 1)`,
    `Type '"publik"' is not assignable to type`,
  ],
  [
    'at describes a param that its path lacks',
    `route.at('/orders/:id', { ident: t.Integer() })`,
    `The path '/orders/:id' has no ':ident'.`,
  ],
  [
    'at describes not all params of its path',
    `route.at('/a/:a/b/:b', { a: t.Integer() })`,
    `The path has ':b', which these params do not describe.`,
  ],
  [
    'a param of at is used as another type',
    `one.get('/', open, ({ params }) => params.id.toUpperCase())`,
    `Property 'toUpperCase' does not exist on type 'number'`,
  ],
  [
    'a param of at is used as another type in a rule',
    `one.get('/', { access: accessRule({ name: 'own', load: ({ params }) => params.id.trim() }) }, () => 1)`,
    `Property 'trim' does not exist on type 'number'`,
  ],
  [
    'a param of at is misspelt',
    `one.get('/', open, ({ params }) => params.ident)`,
    `Property 'ident' does not exist on type '{ id: number; } & {}'`,
  ],
  [
    'at takes what is no object of schemas',
    `route.at('/orders/:id', 'id')`,
    `Argument of type '"id"' is not assignable to parameter of type`,
  ],
  [
    'at takes a whole Standard Schema',
    `import { z } from 'zod'\nroute.at('/orders/:id', z.object({ id: z.string() }))`,
    `Whole Standard Schemas cannot be joined: give a plain object of schemas, or t.Object.`,
  ],
  [
    'a route describes a param of its factory again',
    `one.get('/', { ...open, params: { id: t.String() } }, () => 1)`,
    `The factory describes ':id' already.`,
  ],
  [
    'a route below at takes a whole Standard Schema',
    `import { z } from 'zod'\none.get('/:x', { ...open, params: z.object({ x: z.string() }) }, () => 1)`,
    `Whole Standard Schemas cannot be joined with the factory's params: give a plain object of schemas.`,
  ],
  [
    'a middleware needs another type of a param of at',
    `const m = middleware({ name: 'm', stage: 'validate', needs: needs<{ params: { id: string } }>('params'), run: () => undefined })\none.use(m)`,
    `This middleware needs another type of 'params' than the context has.`,
  ],
  [
    'a rule in a list needs what nothing adds',
    `member.get('/', { access: [needsAdmin] }, () => 1)`,
    `This middleware needs 'admin' on the context: put the middleware that adds it before.`,
  ],
  [
    'a rule in a list needs another type',
    `member.get('/', { access: [accessRule({ name: 'any', allow: () => true }), needsNumber] }, () => 1)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'a rule in a list reads a param that its path lacks',
    `member.get('/:id', { access: [accessRule({ name: 'own', load: ({ params }) => params.ident })] }, () => 1)`,
    `Property 'ident' does not exist on type`,
  ],
  [
    'a rule written in a list misspells a name',
    `member.get('/:id', { access: [accessRule({ name: 'own', allow: ({ prams }) => true })] }, () => 1)`,
    `Property 'prams' does not exist on type`,
  ],
  [
    'a function stands among the rules',
    `member.get('/', { access: [() => true] }, () => 1)`,
    `Type '() => boolean' is not assignable to type`,
  ],
  [
    'a word stands among the rules',
    `member.get('/', { access: [accessRule({ name: 'any', allow: () => true }), 'public'] }, () => 1)`,
    `A list of access rules holds middleware alone, without 'public' and lists.`,
  ],
  [
    'a list of rules has the type of what access takes',
    `const rules: AccessRule[] = []\nmember.get('/', { access: rules }, () => 1)`,
    `Type it AnyMiddleware[] where it has the type AccessRule[].`,
  ],
  [
    'a list of rules of a router has the type of what access takes',
    `const rules: readonly AccessRule[] = []\nrouter('/a', { access: rules }, {})`,
    `Type it AnyMiddleware[] where it has the type AccessRule[].`,
  ],
  [
    'own middleware of a route needs what nothing adds',
    `route.get('/', { ...open, use: [needsAdmin] }, () => 1)`,
    `This middleware needs 'admin' on the context: put the middleware that adds it before.`,
  ],
  [
    'own middleware of a route needs another type',
    `member.get('/', { ...open, use: [needsNumber] }, () => 1)`,
    `This middleware needs another type of 'user' than the context has.`,
  ],
  [
    'own middleware of a route needs another query',
    `route.get('/', { ...open, query: { page: t.String() }, use: [needsPage] }, () => 1)`,
    `This middleware needs another type of 'query' than this route declares.`,
  ],
  [
    'middleware of a factory needs another query than a route declares',
    `route.use(needsPage).get('/', { ...open, query: { page: t.String() } }, () => 1)`,
    `This middleware needs another type of 'query' than this route declares.`,
  ],
  [
    'middleware of a factory needs a query and a route declares none',
    `route.use(needsPage).get('/', open, () => 1)`,
    `This middleware needs another type of 'query' than this route declares.`,
  ],
  [
    'two middleware add one name',
    `member.use(user)`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'own middleware of a route adds a name again',
    `member.get('/', { ...open, use: [user] }, () => 1)`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'a list adds one name twice',
    `route.get('/', { ...open, use: [user, user] }, () => 1)`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'a service takes the name of what a middleware adds',
    `member.inject({ user: Orders })`,
    `'user' is on the context already: give one of the two another name, or remove it.`,
  ],
  [
    'a middleware adds a name that every context has',
    `route.use(middleware({ name: 'm', stage: 'receive', adds: ['body'], run: () => ({ body: 1 }) }))`,
    `'body' is a name that every context has: give it another name.`,
  ],
  [
    'a response is a plain object of schemas',
    `route.get('/', { ...open, response: { a: t.String() } }, () => ({ a: '' }))`,
    `'a' is not a status: give one schema, t.Object for instance, or one for each status, { 200: … }.`,
  ],
  [
    'a body has a member that is no schema',
    `route.post('/', { ...open, body: { a: 'text' } }, () => 1)`,
    `Type 'string' is not assignable to type 'TSchema'`,
  ],
  [
    'a route does not say who may call it, nor does its router',
    `createApp({ routes: { orders: router('/orders', { open: { show: route.get('/', {}, () => 1) } }) } })`,
    `Route 'orders.open.show' does not say who may call it: give it access, 'public' or a rule, or give its router one.`,
  ],
  [
    'an access rule is a middleware of another stage',
    `const own = middleware({ name: 'own', stage: 'authenticate', run: () => undefined })\nroute.get('/', { access: own }, () => 1)`,
    `An access rule is a middleware of stage 'authorize', this one is of stage 'authenticate'.`,
  ],
  [
    'a rule in a list is a middleware of another stage',
    `const own = middleware({ name: 'own', stage: 'handle', run: () => undefined })\nroute.get('/', { access: [accessRule({ name: 'any', allow: () => true }), own] }, () => 1)`,
    `An access rule is a middleware of stage 'authorize', this one is of stage 'handle'.`,
  ],
  [
    'a list of access rules is empty',
    `route.get('/', { access: [] }, () => 1)`,
    `An empty list says nothing of who may call it: write 'public', or name a rule.`,
  ],
  [
    'a list of access rules of a router is empty',
    `router('/a', { access: [] }, { show: route.get('/', {}, () => 1) })`,
    `An empty list says nothing of who may call it: write 'public', or name a rule.`,
  ],
  [
    'a part of a middleware belongs to an earlier stage',
    `middleware({ name: 'a', stage: 'respond', run: () => undefined })`,
    `run cannot stand in stage 'respond': it belongs to a stage up to 'handle'.`,
  ],
  [
    'a middleware changes what was sent',
    `middleware({ name: 'a', stage: 'record', transform: (ctx, outcome) => outcome })`,
    `transform cannot stand in stage 'record': it belongs to stage 'respond'.`,
  ],
  [
    'a middleware encodes what was sent',
    `middleware({ name: 'a', stage: 'record', encode: () => undefined })`,
    `encode cannot stand in stage 'record': it belongs to stage 'respond'.`,
  ],
  [
    'an encode gives the body in place of setting it',
    `middleware({ name: 'a', stage: 'respond', encode: () => 'text' })`,
    `Type 'string' is not assignable to type 'void | Promise<void>'`,
  ],
  [
    'a later part takes for granted what run adds',
    `middleware({ name: 'a', stage: 'receive', adds: ['q'], run: (ctx) => ({ q: { left: 1 } }), transform: (ctx, outcome) => { ctx.q.left; return outcome } })`,
    `'ctx.q' is possibly 'undefined'`,
  ],
  [
    'a part of a middleware is misspelt',
    `middleware({ name: 'a', stage: 'respond', encodes: () => undefined })`,
    `Did you mean to write 'encode'?`,
  ],
  [
    'a middleware wraps what has ended',
    `middleware({ name: 'a', stage: 'record', wrap: (ctx, next) => next() })`,
    `wrap cannot stand in stage 'record': it belongs to a stage up to 'handle'.`,
  ],
  [
    'a call of a route without input gives some',
    `declare const plain: ReturnType<typeof createClient<{ ping: typeof ping }>>\nconst ping = route.get('/', open, () => 1)\nplain.ping({ qurey: 1 })`,
    `'qurey' does not exist in type 'NoInput'`,
  ],
  [
    'a reply lacks a declared header',
    `route.post('/', { ...open, response: { 201: { body: Order, headers: { location: t.String() } } } }, () => reply(201, { id: 'a', total: 1 }, {}))`,
    `Property 'location' is missing in type`,
  ],
  [
    'a plain function stands among the middleware',
    `route.get('/', { ...open, use: [() => undefined] }, () => 1)`,
    `is not assignable to type 'MiddlewareOrList'`,
  ],
  [
    'static inject lists too few',
    `const A = token<number>('a')\nclass S { static readonly inject = [A] as const; constructor(readonly_: number, other: string) {} }\nroute.inject({ s: S })`,
    `static inject lists 1, the constructor takes 2.`,
  ],
  [
    'static inject gives another type',
    `const A = token<number>('a')\nclass S { static readonly inject = [A] as const; constructor(a: string) {} }\nroute.inject({ s: S })`,
    `Entry 1 of static inject gives another type than the constructor takes there.`,
  ],
  [
    'static inject is not constant',
    `const A = token<number>('a')\nclass S { static inject = [A]; constructor(a: number) {} }\nroute.inject({ s: S })`,
    `Write \`as const\` behind the list of static inject, or its entries cannot be checked.`,
  ],
  [
    'a token is bound to a value of another type',
    `bind(token<number>('port'), { value: '3000' })`,
    `Type 'string' is not assignable to type 'number'`,
  ],
  [
    'a factory takes another type than it needs',
    `bind(token<string>('s'), { needs: [token<number>('n')], make: (n: string) => n })`,
    `Type 'number' is not assignable to type 'string'`,
  ],
  ['an error is thrown without its details', `throw new Rich()`, `Expected 1 arguments, but got 0`],
  [
    'a route lists a class that is no declared error',
    `route.get('/', { ...open, errors: [Error] }, () => 1)`,
    `is missing the following properties from type 'ErrorDefinition`,
  ],
  ['a call leaves out its input', `client.orders.show()`, `Expected 1-2 arguments, but got 0`],
  [
    'a call sends another type',
    `client.orders.show({ params: { id: 7 } })`,
    `Type 'number' is not assignable to type 'string'`,
  ],
  [
    'a call misspells a place',
    `client.orders.show({ parms: { id: 'a' } })`,
    `'parms' does not exist in type`,
  ],
  ['a route does not exist', `client.orders.list()`, `Property 'list' does not exist on type`],
  [
    'a direct call of a route with several success statuses',
    `client.orders.create({ body: { total: 1 } })`,
    `This route has several success statuses: call .result() and switch over status.`,
  ],
  [
    'data is read before ok is known',
    `const outcome = await client.orders.show.result({ params: { id: 'a' } })\noutcome.data`,
    `Property 'data' does not exist on type`,
  ],
  [
    'a switch looks for a code that the route does not declare',
    `const outcome = await client.orders.show.result({ params: { id: 'a' } })\nif (!outcome.ok && outcome.error.code === 'CLOSD') {}`,
    `This comparison appears to be unintentional`,
  ],
  [
    'a tree holds what is no route',
    `router('/x', { a: () => 1 })`,
    `is not assignable to type 'RouteTree | RouteBrand'`,
  ],
  [
    'a controller method takes the context of another definition',
    `const SHOW = member.define({ ...open, params: { id: t.String() } })\nclass C { @get('/:id', SHOW) show(ctx: { params: { id: number } }) { return 1 } }`,
    `Type 'string' is not assignable to type 'number'`,
  ],
  [
    'controllerRoutes names what is no method',
    `const SHOW = member.define(open)\n@controller('/c') class C { show() { return 1 } }\ncontrollerRoutes(C, { shw: SHOW })`,
    `is not assignable to type 'never'`,
  ],
  [
    'a variable of the configuration is not declared',
    `loadConfig({ PORT: t.Integer() }).HOST`,
    `Property 'HOST' does not exist on type`,
  ],
  [
    'a secret is used as a string',
    `const key: string = loadConfig({ KEY: secret(t.String()) }).KEY`,
    `is not assignable to type 'string'`,
  ],
  [
    'a slot of the frame is given another type',
    `const KEY = frameKey<number>('k')\nroute.get('/', open, ({ frame }) => frame.set(KEY, 'a'))`,
    `Argument of type 'string' is not assignable to parameter of type 'number'`,
  ],
  ['an app has no routes', `createApp({})`, `Property 'routes' is missing in type '{}'`],
  ['a plugin has no name', `plugin({ start: () => undefined })`, `Property 'name' is missing in type`],
  [
    'a plugin uses a service that it does not inject',
    `plugin({ name: 'a', inject: { orders: Orders }, start: ({ services }) => { services.order.find('a') } })`,
    `Property 'order' does not exist on type 'PluginServices<{ readonly orders: typeof Orders; }>'. Did you mean 'orders'?`,
  ],
  [
    'a plugin injects a text',
    `plugin({ name: 'a', inject: { orders: 'orders' } })`,
    `Type 'string' is not assignable to type`,
  ],
  [
    'a plugin takes a lazy service for the service',
    `plugin({ name: 'a', inject: { orders: lazy(() => Orders) }, stop: ({ orders }) => { orders.find('a') } })`,
    `Property 'find' does not exist on type '() => Orders'.`,
  ],
  [
    'a command reads an argument that it does not have',
    `plugin({ name: 'a', commands: { seed: { description: 'x', args: { size: { description: 'y', type: 'integer' } }, run: ({ args }) => args.sise } } })`,
    `Property 'sise' does not exist on type`,
  ],
  [
    'a command for which nothing is started asks for services',
    `plugin({ name: 'a', inject: { orders: Orders }, commands: { seed: { description: 'x', run: ({ app }) => void app.services } } })`,
    `Property 'services' does not exist on type 'CheckedApp'.`,
  ],
  [
    'a command ends with a text',
    `plugin({ name: 'a', commands: { seed: { description: 'x', run: () => 'done' } } })`,
    `Type 'string' is not assignable to type 'CommandResult'.`,
  ],
]

describe('a wrong program does not compile', () => {
  const programs = Object.fromEntries(
    WRONG.map(([, program], at) => [`wrong-${at}`, `${PRELUDE}\n${program}\nexport {}\n`]),
  )
  const printed = compileAll({ right: `${PRELUDE}\nexport {}\n`, ...programs })

  it('compiles what all of them begin with', () => {
    expect(printed.get('right')).toBe('')
  })

  it.each(WRONG.map(([title, , sentence], at) => ({ title, sentence, at })))('$title', ({ sentence, at }) => {
    expect(printed.get(`wrong-${at}`)).toContain(sentence)
  })
})

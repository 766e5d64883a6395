// Writes an application of many routes, as users write them, for counting what their types cost the compiler.
// Each route: a uuid param, two query fields, two response schemas, an access rule, an injected service, what a
// middleware adds, and a client call.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROUTES_PER_FILE = 20

/** Writes `routeCount` routes into `dir`/routes and returns the entry that exports `Api`. */
export function writeRoutes(dir: string, routeCount: number): string {
  const folder = join(dir, 'routes')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'member.ts'), MEMBER)
  const files = Array.from({ length: Math.ceil(routeCount / ROUTES_PER_FILE) }, (_, file) => file)
  for (const file of files) writeFileSync(join(folder, `group${file}.ts`), group(file, routeCount))
  const entry = join(folder, 'index.ts')
  const imports = files.map((file) => `import { group${file} } from './group${file}.ts'`)
  const members = files.map((file) => `group${file}`).join(', ')
  writeFileSync(
    entry,
    `${imports.join('\n')}\nexport const routes = { ${members} }\nexport type Api = typeof routes\n`,
  )
  return entry
}

/** Writes one client call for each route; `api` is the module that exports `Api`. */
export function writeCalls(dir: string, routeCount: number, api: string): string {
  const entry = join(dir, 'calls.ts')
  const calls = Array.from({ length: routeCount }, (_, index) => call(index))
  writeFileSync(entry, `${clientHead(api)}\n${calls.join('\n')}\n`)
  return entry
}

/** Writes one call within the process for each route. */
export function writeInvokes(dir: string, routeCount: number, api: string): string {
  const entry = join(dir, 'invokes.ts')
  const calls = Array.from({ length: routeCount }, (_, index) => invoked(index))
  writeFileSync(entry, `${appHead(api)}\n${calls.join('\n')}\n`)
  return entry
}

/** Writes `count` middlewares, with one part or with all; returns the file. */
export function writeMiddleware(dir: string, count: number, write: (index: number) => string): string {
  const entry = join(dir, 'middleware.ts')
  const values = Array.from({ length: count }, (_, index) => `export const m${index} = ${write(index)}`)
  writeFileSync(entry, `${MIDDLEWARE_HEAD}\n${values.join('\n')}\n`)
  return entry
}

const MIDDLEWARE_HEAD = `
import { CLOCK, KEY_VALUE_STORE, middleware, needs, type Clock } from '@keelson/core'

export interface User { readonly id: string }
export class Window {
  readonly clock: Clock
  constructor(clock: Clock) { this.clock = clock }
  take(key: string): number { return key.length + this.clock.now() }
}
`

export const plainMiddleware = (index: number): string => `middleware({
  name: 'plain${index}',
  stage: 'authenticate',
  adds: ['p${index}'],
  run: (ctx) => ({ p${index}: ctx.header('x-p${index}') ?? '' }),
})`

export const wholeMiddleware = (index: number): string => `middleware({
  name: 'whole${index}',
  stage: 'receive',
  inject: { store: KEY_VALUE_STORE, clock: CLOCK },
  state: ({ clock }) => new Window(clock),
  adds: ['q${index}'],
  needs: needs<{ user: User }>('user'),
  for: ({ isProbe }) => (isProbe ? { run: () => ({ q${index}: 0 }) } : undefined),
  run: (ctx, { state }) => ({ q${index}: state.take(ctx.user.id) }),
  transform: (ctx, outcome) => { outcome.headers.set('x-q', String(ctx.q${index})); return outcome },
  encode: (_ctx, answer, { clock }) => { answer.headers.set('x-at', String(clock.now())) },
  observe: (ctx, { status }, { state }) => void state.take(String(status) + ctx.q${index}),
  describe: { headers: { 'x-q': 'What is left.' } },
})`

const MEMBER = `
import { middleware, needs, route } from '@keelson/core'

export interface User { readonly id: string; readonly roles: readonly string[] }
export interface Order { readonly id: string; readonly total: number }

export class Orders {
  static inject = [] as const
  find(id: string, page: number, search: string): Order {
    return { id: id + search, total: page }
  }
}

const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx): { user: User } => ({ user: { id: ctx.header('authorization') ?? '', roles: [] } }),
})

export const may = (role: string) =>
  middleware({
    name: 'may',
    stage: 'authorize',
    needs: needs<{ user: User }>('user'),
    run: ({ user }) => {
      if (!user.roles.includes(role)) throw new Error(role)
    },
  })

export const member = route.use(session).inject({ orders: Orders })
`

function group(file: number, routeCount: number): string {
  const first = file * ROUTES_PER_FILE
  const last = Math.min(first + ROUTES_PER_FILE, routeCount)
  const routes = Array.from({ length: last - first }, (_, index) => oneRoute(first + index))
  return `import { reply, router, t } from '@keelson/core'
import { may, member } from './member.ts'

export const group${file} = router('/group${file}', {
${routes.join('\n')}
})
`
}

/** Every second route has two success statuses, so that both forms of reply and call are counted. */
function oneRoute(n: number): string {
  const isDouble = n % 2 === 1
  const second = isDouble
    ? '202: t.Object({ queued: t.Boolean() })'
    : '404: t.Object({ missing: t.String() })'
  const found = `{ id: params.id, total${n}: orders.find(user.id, query.page, query.search ?? '').total }`
  const result = isDouble
    ? `query.page > 1 ? reply(202, { queued: true }) : reply(200, ${found})`
    : `(${found})`
  return `  route${n}: member.get('/route${n}/:id', {
    params: { id: t.String({ format: 'uuid' }) },
    query: { page: t.Integer({ default: 1 }), search: t.Optional(t.String()) },
    response: { 200: t.Object({ id: t.String(), total${n}: t.Number() }), ${second} },
    access: may('reader'),
  }, ({ params, query, user, orders }) => ${result}),`
}

function clientHead(api: string): string {
  return `import { createClient } from '@keelson/client'
import type { Api } from '${api}'
declare const manifest: Parameters<typeof createClient>[0]['manifest']
const client = createClient<Api>({ baseUrl: 'http://127.0.0.1:3000', manifest })
// Types that have become \`any\` cost nothing: this must not compile.
// @ts-expect-error -- total0 is a number
export const wrong: string = (await client.group0.route0({ params: { id: 'x' }, query: { page: 1 } })).total0
`
}

function appHead(api: string): string {
  return `import type { App } from '@keelson/core'
import type { Api } from '${api}'
declare const app: App<Api>
// @ts-expect-error -- total0 is a number
export const wrong: string = (await app.invoke('group0.route0', { params: { id: 'x' }, query: { page: 1 } })).data.total0
`
}

function invoked(n: number): string {
  const name = `group${Math.floor(n / ROUTES_PER_FILE)}.route${n}`
  const input = `{ params: { id: 'x' }, query: { page: ${n}, search: 'y' } }`
  return `const outcome${n} = await app.invoke('${name}', ${input}, { as: { user: { id: 'x' } } })
export const call${n}: number | undefined = outcome${n}.ok && outcome${n}.status === 200 ? outcome${n}.data.total${n} : undefined`
}

function call(n: number): string {
  const target = `client.group${Math.floor(n / ROUTES_PER_FILE)}.route${n}`
  const input = `{ params: { id: 'x' }, query: { page: ${n}, search: 'y' } }`
  if (n % 2 === 0) return `export const call${n}: number = (await ${target}(${input})).total${n}`
  return `const outcome${n} = await ${target}.result(${input})
export const call${n}: number | undefined = outcome${n}.ok && outcome${n}.status === 200 ? outcome${n}.data.total${n} : undefined`
}

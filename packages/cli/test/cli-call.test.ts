import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keelson, type Ended } from './cli-support.ts'

const core = import.meta.resolve('@keelson/core')
const scratch = mkdtempSync(join(tmpdir(), 'keelson-call-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const file = join(scratch, 'app.mjs')
writeFileSync(
  file,
  `
import { bytes, content, createApp, defineError, form, middleware, mount, plugin, reply, route, router, t, UnauthorizedError } from '${core}'

const Closed = defineError('CLOSED', { status: 409, title: 'Closed', details: t.Object({ by: t.String() }) })
const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  describe: { errors: [UnauthorizedError] },
  run: (ctx) => {
    const user = ctx.cookie('session') ?? ctx.header('x-user')
    if (user === undefined) throw new UnauthorizedError()
    return { user }
  },
})
const encoded = middleware({
  name: 'encoded',
  stage: 'respond',
  encode: (_ctx, outcome) => {
    outcome.headers.set('x-encoded', 'yes')
    return outcome
  },
})
const open = { access: 'public' }
const params = { id: t.Integer() }
const Place = t.Object({ id: t.Integer(), full: t.Boolean(), tags: t.Array(t.String()) })
async function* chunks(...texts) {
  for (const text of texts) yield text
}
const routes = {
  orders: router('/orders', {
    show: route.get('/:id', {
      ...open, params, query: { full: t.Optional(t.Boolean()), tags: t.Optional(t.Array(t.String())) }, response: Place,
    }, ({ params, query: { full = false, tags = [] } }) => ({ id: params.id, full, tags })),
    close: route.post('/:id/close', { ...open, params, errors: [Closed] }, () => {
      throw new Closed({ details: { by: 'Ann' } })
    }),
  }),
  plain: route.get('/plain/:id', open, ({ params }) => params),
  greet: route.use(encoded).get('/greet', {
    ...open, cookies: { name: t.String(), n: t.Optional(t.Integer()) }, response: t.String(),
  }, ({ cookies: { name, n = 1 } }) => name.repeat(n)),
  me: route.use(session).get('/me', {
    ...open, headers: { 'X-Page': t.Optional(t.Integer()) },
  }, ({ user, headers }) => ({ user, page: headers['X-Page'] })),
  form: route.post('/form', { ...open, body: form(t.Object({ total: t.Integer() })) }, ({ body }) => body),
  upload: route.post('/upload', { ...open, body: bytes() }, ({ body }) => [...body]),
  raw: route.post('/raw', { ...open, consumes: ['image/png'] }, () => 1),
  chat: route.get('/chat', { ...open, upgrades: 'websocket' }, () => 1),
  csv: route.get('/csv', { ...open, response: content('text/csv') }, () => 'a,b'),
  png: route.get('/png', open, () => reply(200, new Uint8Array([97, 98]), { 'content-type': 'image/png' })),
  events: route.get('/events', open, () => reply(200, chunks('data: 1\\n\\n', 'data: 2\\n\\n'), { 'content-type': 'text/event-stream' })),
  two: route.get('/two', open, () => reply(204, undefined, { 'set-cookie': ['a=1', 'b=2'] })),
  kind: route.get('/kind/:id', open, (ctx) => ctx.log.error({ url: ctx.url, from: ctx.remoteAddress }, 'seen')),
  old: mount('/old', () => new Response('old'), open),
}
const added = plugin({
  name: 'added',
  setup: (app) => app.routes({ status: route.get('/status', open, () => 'added') }),
  started: () => console.error('works'),
})
export default createApp({ routes, plugins: [added] })
`,
)

/** Calls a route of the app, with this input. */
function call(name: string, input: unknown = {}, ...more: string[]): Promise<Ended> {
  return keelson(['call', name, JSON.stringify(input), '--app', file, ...more])
}

const done = (out: string): Ended => ({ code: 0, out, err: '' })

describe('keelson call takes input', () => {
  it('whose values have the types of the operation', async () => {
    expect(await call('orders.show', { params: { id: 7 }, query: { full: true, tags: ['a'] } })).toEqual(
      done('200\n{"id":7,"full":true,"tags":["a"]}\n'),
    )
    const refused = await call('orders.show', { params: { id: '7' } })
    expect([refused.code, refused.err]).toEqual([1, ''])
    expect(refused.out).toMatch(/^400\n\{.*"serverCode":"ERR_CORE_VALIDATION".*"pointer":"\/id".*\}\n$/)
  })

  it('of a path and its query, whose texts become what the route takes', async () => {
    expect(await call('GET /orders/7?full=true&tags=a')).toEqual(
      done('200\n{"id":7,"full":true,"tags":["a"]}\n'),
    )
    expect(await call('GET /plain/7')).toEqual(done('200\n{"id":"7"}\n'))
    const none = await call('GET /orders/:id')
    expect([none.code, none.err]).toEqual([1, ''])
    expect(none.out).toMatch(/^400\n.*"pointer":"\/id","code":"required"/)
    const wrong = await call('GET /orders/x')
    expect(wrong.out).toMatch(/^400\n.*"pointer":"\/id"/)
    const unknown = await call('GET /plain/7?full=1')
    expect([unknown.code, unknown.err]).toEqual([2, 'plain: The route does not declare query.\n'])
  })

  it('whose cookies and headers are those that the route declares, or credentials', async () => {
    expect(await call('greet', { cookies: { name: 'Zoë; a', n: 2, other: 'x' } }, '--json')).toEqual(
      done(`${JSON.stringify({ status: 200, headers: {}, body: 'Zoë; aZoë; a' }, undefined, 2)}\n`),
    )
    expect(await call('me', { cookies: { session: 'Zoë; a' }, headers: { 'x-page': 2 } })).toEqual(
      done('200\n{"user":"Zoë; a","page":2}\n'),
    )
    expect(await call('me', { headers: { 'X-User': 'bob', 'X-PAGE': 2 } })).toEqual(
      done('200\n{"user":"bob","page":2}\n'),
    )
    expect(await call('me', { headers: { 'X-User': 'bob' } })).toEqual(done('200\n{"user":"bob"}\n'))
    expect((await call('me')).out).toMatch(/^401\n\{"code":"ERR_CORE_UNAUTHORIZED"/)
  })

  it('whose body is a value, or a text for bytes', async () => {
    expect(await call('form', { body: { total: 5 } })).toEqual(done('200\n{"total":5}\n'))
    expect((await call('form', { body: { total: '5' } })).out).toMatch(/^400\n/)
    expect(await call('upload', { body: 'é' })).toEqual(done('200\n[195,169]\n'))
  })

  it('and refuses what it cannot be, with exit code 2', async () => {
    for (const [name, input, message] of [
      ['orders.shwo', {}, "There is no route 'orders.shwo'. Did you mean orders.show?"],
      ['show', {}, "There is no route 'show'. Did you mean orders.show?"],
      ['plain', { body: 1 }, 'plain: The route does not declare body.'],
      ['plain', { params: { ids: 1 } }, "plain: The path '/plain/:id' has no ':ids'. Did you mean 'id'?"],
      ['plain', { params: 1 }, 'plain: The params must be an object.'],
      ['greet', { cookies: 'name=x' }, `greet: cookies must be an object: '{"cookies":{"name":"value"}}'.`],
      ['me', { headers: { 'x-user': ['a'] } }, "me: The header 'x-user' must be a text."],
      [
        'raw',
        {},
        'raw: It reads the bytes of its body itself, but a call has a value as body. Send it a request.',
      ],
      [
        'chat',
        {},
        'chat: It switches its connection to websocket, but a call has no connection. Send it a request.',
      ],
      [
        'old.root',
        {},
        'old.root: It passes requests to a mounted handler, which needs an HTTP request. Send it a request.',
      ],
    ] as const)
      expect(await call(name, input)).toEqual({ code: 2, out: '', err: `${message}\n` })
  })
})

describe('keelson call prints', () => {
  it('errors as the caller in the process gets them, with exit code 1', async () => {
    const closed = await call('orders.close', { params: { id: 1 } })
    expect(closed.code).toBe(1)
    expect(closed.out).toMatch(/^409\n\{"code":"CLOSED","status":409,.*"details":\{"by":"Ann"\}/)
  })

  it('texts and bytes with a media type as they are, and streams', async () => {
    expect(await call('csv')).toEqual(done('200\na,b\n'))
    expect(await call('png')).toEqual(done('200\nab\n'))
    expect(await call('events')).toEqual(done('200\ndata: 1\n\ndata: 2\n\n'))
    expect(JSON.parse((await call('events', {}, '--json')).out)).toMatchObject({
      body: 'data: 1\n\ndata: 2\n\n',
    })
  })

  it('headers of several lines as a list, with --json', async () => {
    expect(JSON.parse((await call('two', {}, '--json')).out)).toEqual({
      status: 204,
      headers: { 'set-cookie': ['a=1', 'b=2'] },
    })
  })
})

describe('keelson call goes without HTTP', () => {
  it('so that there is no address, and routes of plugins have names, too', async () => {
    const { err } = await call('kind', { params: { id: 'a b' } })
    expect(JSON.parse(err)).toMatchObject({ url: '/kind/a%20b', from: '' })
    expect(await call('status')).toEqual(done('200\n"added"\n'))
  })
})

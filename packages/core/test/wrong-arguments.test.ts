import {
  content,
  createApp,
  defineError,
  describeConfig,
  route,
  router,
  SetupError,
  t,
  toManifest,
} from '@keelson/core'
import { controller, del, get } from '@keelson/core/controllers'
import { createClient } from '@keelson/client'
import { toOpenApi } from '@keelson/openapi'
import { diffOpenApi } from '@keelson/openapi/tools'
import { contractTest, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

/** What a program in plain JavaScript may write. */
type Loose = never

const open = { access: 'public' } as const
const routes = {
  list: route.get('/', { ...open, query: { q: t.Optional(t.String()) }, response: t.String() }, () => 'ok'),
  inner: router('/inner', { show: route.get('/:id', { ...open, response: t.String() }, () => 'ok') }),
}
const app = createApp({ routes, log: false })
const document = toOpenApi(app)
const definition = route.define(open)

function said(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SetupError)
      return error.problems.map(({ place, message, remedy }) => `${place}: ${message} ${remedy}`).join('\n')
    throw error
  }
  return ''
}

describe('an argument of another kind is refused, with what belongs there:', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'describeConfig',
      () => describeConfig({ A: t.String() }, { perfix: 'X_' } as Loose),
      /Did you mean 'prefix'/,
    ],
    [
      'diffOpenApi, a text',
      () => diffOpenApi(JSON.stringify(document) as Loose, document),
      /The base must be .* JSON.parse/,
    ],
    [
      'diffOpenApi, an app',
      () => diffOpenApi(document, app as Loose),
      /The head must be .* Give toOpenApi\(app\)/,
    ],
    ['diffOpenApi, nothing', () => diffOpenApi(document, undefined as Loose), /The head is missing/],
    [
      'diffOpenApi, a promise',
      () => diffOpenApi(Promise.resolve(document) as Loose, document),
      /Await it first/,
    ],
    [
      'toOpenApi, a tree of routes',
      () => toOpenApi(routes as Loose),
      /^toOpenApi \(.*\): The first argument must be an app, not an object\. Give the app of these routes: toOpenApi\(createApp\({ routes }\)\)\./,
    ],
    ['toOpenApi, a route', () => toOpenApi(routes.list as Loose), /Give the app of these routes/],
    ['toOpenApi, a router', () => toOpenApi(routes.inner as Loose), /Give the app of these routes/],
    [
      'toOpenApi, nothing',
      () => toOpenApi(undefined as Loose),
      /The first argument is missing\. Give an app\./,
    ],
    ['toOpenApi, null', () => toOpenApi(null as Loose), /The first argument must be an app, not null/],
    ['toOpenApi, a promise', () => toOpenApi(Promise.resolve(app) as Loose), /Await it first/],
    ['toOpenApi, plans', () => toOpenApi({ plans: 5 } as Loose), /The first argument must be an app/],
    [
      'toOpenApi, and options',
      () => toOpenApi(routes as Loose, { versoin: '3.1' } as Loose),
      /Give the app of these routes.*\n.*Did you mean 'version'/,
    ],
    ['toManifest, a route', () => toManifest(routes.list as Loose), /The tree must be .* Give it a name/],
    ['toManifest, nothing', () => toManifest(undefined as Loose), /The tree is missing/],
    ['controller', () => controller('orders'), /The prefix must be a text like '\/orders', not "orders"/],
    ['controller, nothing', () => controller(undefined as Loose), /The prefix is missing/],
    [
      '@get, its path',
      () => get(7 as Loose, definition),
      /^@get .*The path must be a text like '\/:id', not 7/,
    ],
    ['@del, its definition', () => del('/:id', open as Loose), /^@del .*The definition must be a definition/],
    ['content', () => content({ type: 'text/csv' } as Loose), /must be a media type as a text/],
    ['content, a list', () => content(['text/csv'] as Loose), /must be a media type as a text/],
    [
      'route.at',
      () => route.at(['/orders'] as Loose),
      /^route.at .*The path must be a text like '\/orders\/:id', not a list/,
    ],
    ['route.at, nothing', () => route.at(undefined as Loose), /The path is missing/],
    ['route.inject', () => route.inject(class Orders {} as Loose), /The argument must be .* Give it a name/],
  ])('%s', (_, work, sentence) => {
    expect(said(work)).toMatch(sentence)
  })

  it('places are those of the caller', () => {
    expect(said(() => route.at(7 as Loose))).toMatch(/^route\.at \(.*wrong-arguments\.test\.ts:\d+\)/)
    expect(said(() => defineError('a', { status: 409, title: 'A' }))).toMatch(
      /^defineError\('a'\) \(.*wrong-arguments\.test\.ts:\d+\)/,
    )
  })

  it('what is in order passes', () => {
    expect(said(() => [controller('/'), get('', definition), route.at('/a/:id'), route.inject({})])).toBe('')
    expect(diffOpenApi(document, document)).toEqual([])
  })
})

describe('a call in Node refuses names that are not its input:', () => {
  interface Loosely {
    (...args: unknown[]): Promise<unknown>
    result(...args: unknown[]): Promise<unknown>
  }
  const sent: unknown[] = []
  const client = createClient({
    baseUrl: 'http://127.0.0.1:1',
    manifest: toManifest(routes),
    transport: (request: unknown) => {
      sent.push(request)
      return Promise.reject(new Error('sent'))
    },
  } as Loose) as unknown as { list: Loosely; inner: { show: Loosely } }

  it.each<[string, () => Promise<unknown>, string]>([
    ['qurey', () => client.list({ qurey: {} }), "Did you mean 'query'?"],
    ['qurey of result', () => client.list.result({ qurey: {} }), "Did you mean 'query'?"],
    ['param of an inner route', () => client.inner.show({ param: { id: '1' } }), "Did you mean 'params'?"],
    ['id', () => client.inner.show({ id: '1' }), 'There are params, query, headers, cookies, body.'],
    ['timeout', () => client.list({}, { timeout: 1 }), "Did you mean 'timeoutMs'?"],
    ['a text', () => client.list('x'), 'the input must be an object.'],
    ['params of none', () => client.inner.show({ params: null }), 'params must be an object, not null.'],
    ['query as text', () => client.list({ query: 'q=x' }), 'query must be an object, not a text.'],
    [
      'query elsewhere',
      () => client.list({ query: new URLSearchParams('q=x') }),
      'query must be a plain object, not an instance of URLSearchParams. Give Object.fromEntries(…) of it.',
    ],
    ['headers elsewhere', () => client.list({ headers: new Headers() }), 'not an instance of Headers.'],
    ['time as text', () => client.list({}, { timeoutMs: '1' }), 'Option timeoutMs must be a number of'],
    ['signal', () => client.list({}, { signal: new AbortController() }), 'signal must be an AbortSignal'],
    ['headers of options', () => client.list({}, { headers: new Headers() }), 'headers must be an object'],
    ['options as text', () => client.list({}, 'x'), 'The options must be an object, not a text.'],
  ])('%s', async (_, call, sentence) => {
    const error: unknown = await call().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_CLIENT_INPUT' })
    expect(String(error)).toContain(sentence)
    expect(sent).toEqual([])
  })

  it('and sends what is in order', async () => {
    await expect(client.list({ query: { q: 'x' } }, { headers: {} })).rejects.toThrow('sent')
    expect(sent).toHaveLength(1)
    sent.length = 0
  })
})

it('a contract test is of an app', async () => {
  const test = (one: unknown): Promise<unknown> => contractTest(one as Loose)
  await expect(test(routes)).rejects.toThrow(
    /The first argument must be an app, not an object\. Give the app of these routes: contractTest\(/,
  )
  await expect(test(undefined)).rejects.toThrow(/contractTest.*The first argument is missing/)
  await expect(test({ plans: [] })).rejects.toThrow(/The first argument must be an app/)
})

it.each<[string, unknown[], string]>([
  ['one object', [{ method: 'GET', path: '/' }], "The method must be a method like 'GET', not an object."],
  ['a path without slash', ['GET', 'inner/1'], "The path must be a path like '/orders', not"],
  ['no path', ['GET'], 'The path is missing.'],
  ['headers elsewhere', ['GET', '/', { headers: new Headers() }], 'not an instance of Headers.'],
])('a request of a test takes a method and a path: %s', async (_, args, sentence) => {
  await using test = await testApp({ routes })
  const request = test.request as (...all: unknown[]) => Promise<Response>
  await expect(request(...args)).rejects.toThrow(sentence)
})

it('what arrange gives to a contract test is read strictly', async () => {
  const arrange = () => ({ parms: { id: '1' } }) as Loose
  const test = contractTest(createApp({ routes, log: false }), { arrange, seed: 1, runsPerRoute: 20 })
  await expect(test).rejects.toThrow(/There is no option 'parms'. Did you mean 'params'\?/)
})

describe('app.fetch', () => {
  it.each<[string, unknown, unknown, RegExp]>([
    [
      'a text',
      'http://a/inner/1',
      undefined,
      /must be a Request, not "http:.*"\. Write new Request\("http:\/\/a\/inner\/1"\)\.$/,
    ],
    ['a URL', new URL('http://a/'), undefined, /not an instance of URL\. Write new Request\(url\)\.$/],
    ['nothing', undefined, undefined, /not undefined\. Give a Request of the Fetch API/],
    ['null', null, undefined, /not null\. Give a Request/],
    ['a promise', Promise.resolve(), undefined, /not a promise\. Await it first\.$/],
    [
      'a request of node:http',
      { url: '/', method: 'GET', headers: { host: 'a' } },
      undefined,
      /app\.listen serves requests of node:http/,
    ],
    ['an address', new Request('http://a/'), { remoteAddress: 7 }, /remoteAddress must be a text, not 7\./],
    [
      'a waitUntil',
      new Request('http://a/'),
      { waitUntil: {} },
      /waitUntil must be a function, not an object\./,
    ],
  ])('rejects %s that is wrong with what to write', async (_, request, info, message) => {
    await expect(app.fetch(request as Loose, info as Loose)).rejects.toThrow(message)
  })

  it('may be taken off its app, and takes null for no information', async () => {
    const { fetch } = app
    expect(await (await fetch(new Request('http://a/inner/1'), null as Loose)).json()).toBe('ok')
  })
})

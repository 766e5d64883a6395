import {
  bytes,
  form,
  json,
  oneOf,
  reply,
  route,
  SetupError,
  t,
  toManifest,
  type ContextOf,
  type RouteTree,
} from '@keelson/core'
import { controller, controllerRoutes, get, head, query } from '@keelson/core/controllers'
import { createClient, retry } from '@keelson/client'
import { toOpenApi } from '@keelson/openapi'
import { diffOpenApi } from '@keelson/openapi/tools'
import { contractTest, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/create-app.ts'
import { open, transports } from './support.ts'

const Search = t.Object({ word: t.String({ minLength: 1 }), limit: t.Integer({ default: 10 }) })
const Found = t.Object({ words: t.Array(t.String()) })

const routes = {
  search: route.query(
    '/notes',
    { ...open, body: oneOf(json(Search), form(Search)), response: Found },
    ({ body, method }) => ({
      words: Array.from({ length: Math.min(body.limit, 2) }, () => `${method} ${body.word}`),
    }),
  ),
  list: route.get('/notes', { ...open, response: Found }, () => ({ words: ['all'] })),
  meta: route.head(
    '/files/:name',
    { ...open, response: { 200: { body: null, headers: { 'x-size': t.Integer() } }, 404: null } },
    ({ params }) =>
      params.name === 'a' ? reply(200, undefined, { 'x-size': 7, 'content-length': '7' }) : reply(404),
  ),
  file: route.get('/files/:name', { ...open, response: t.String() }, () => {
    throw new Error('HEAD is not its own to serve.')
  }),
  other: route.get('/other', { ...open, response: t.String() }, () => 'GET'),
}

describe.each(transports)('a route of QUERY, %s', (transport) => {
  it('has a body in any of its formats, held to its schema', async () => {
    await using app = await testApp({ routes, transport })
    const first = await app.request('QUERY', '/notes', { json: { word: 'a', limit: 1 } })
    expect([first.status, await first.json()]).toEqual([200, { words: ['QUERY a'] }])
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const second = await app.request('QUERY', '/notes', { headers: type, body: 'word=b' })
    expect(await second.json()).toEqual({ words: ['QUERY b', 'QUERY b'] })
    expect((await app.request('QUERY', '/notes', { json: { word: '' } })).status).toBe(400)
    const csv = await app.request('QUERY', '/notes', { headers: { 'content-type': 'text/csv' }, body: 'x' })
    expect(csv.status).toBe(415)
    expect((await app.request('QUERY', '/notes')).status).toBe(400)
  })

  it('stands beside others of its path, and is named in Allow', async () => {
    await using app = await testApp({ routes, transport })
    expect(await (await app.request('GET', '/notes')).json()).toEqual({ words: ['all'] })
    const refused = await app.request('PUT', '/notes')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, QUERY'])
    expect((await app.request('QUERY', '/other')).status).toBe(405)
  })

  it('is told of where its path is asked about, with the media types that it takes', async () => {
    await using app = await testApp({ routes, transport })
    const types = 'application/json, application/x-www-form-urlencoded'
    for (const method of ['OPTIONS', 'PUT'])
      expect((await app.request(method, '/notes')).headers.get('accept-query')).toBe(types)
    for (const [method, path] of [
      ['OPTIONS', '/other'],
      ['PUT', '/other'],
      ['PUT', '/none'],
    ] as const)
      expect((await app.request(method, path)).headers.get('accept-query')).toBe(null)
  })

  it.each([
    [{ body: bytes({ mediaTypes: ['image/*', 'IMAGE/png;q=1'] }) }, 'image/*, image/png'],
    [{ body: bytes({ mediaTypes: ['3d/model'] }) }, '"3d/model"'],
    [{ consumes: ['text/csv'] }, 'text/csv'],
    [{}, null],
  ])('names them as a list of tokens and strings: %j', async (options, types) => {
    const one = { a: route.query('/', { ...open, ...options }, () => 1) }
    await using app = await testApp({ routes: one, transport })
    expect((await app.request('OPTIONS', '/')).headers.get('accept-query')).toBe(types)
  })
})

describe.each(transports)('a route of HEAD, %s', (transport) => {
  it('answers in place of the GET route of its path, and says the length of what GET would send', async () => {
    await using app = await testApp({ routes, transport })
    const answer = await app.request('HEAD', '/files/a')
    expect([answer.status, answer.headers.get('x-size'), answer.headers.get('content-length')]).toEqual([
      200,
      '7',
      '7',
    ])
    expect(await answer.text()).toBe('')
    expect((await app.request('HEAD', '/files/b')).status).toBe(404)
  })

  it('leaves HEAD of other paths to their GET', async () => {
    await using app = await testApp({ routes, transport })
    expect((await app.request('HEAD', '/other')).headers.get('content-length')).toBe('5')
    const refused = await app.request('POST', '/files/a')
    expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('may stand where there is no GET', async () => {
    const alone = { a: route.head('/', { ...open, response: { 204: null } }, () => undefined) }
    await using app = await testApp({ routes: alone, transport })
    expect((await app.request('HEAD', '/')).status).toBe(204)
    const refused = await app.request('GET', '/')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'HEAD, OPTIONS'])
  })
})

const problemsOf = async (node: unknown): Promise<string> => {
  const error: unknown = await testApp({ routes: { node } as RouteTree }).catch((thrown: unknown) => thrown)
  if (!(error instanceof SetupError)) throw error
  return error.problems.map(({ message, remedy }) => `${message} ${remedy}`).join('\n')
}

describe('routes of QUERY and HEAD', () => {
  it.each<[string, unknown, string]>([
    [
      'HEAD with a body',
      route.head('/', { ...open, body: Search }, () => undefined),
      'A HEAD request has no body.',
    ],
    [
      'HEAD with consumes',
      route.head('/', { ...open, consumes: ['text/csv'] }, () => undefined),
      'A HEAD request has no body, so consumes has no effect.',
    ],
    [
      'HEAD with content',
      route.head('/', { ...open, response: t.String() }, () => ''),
      'Its response declares a body for 200, but an answer to HEAD has none. Write 200: null;',
    ],
    [
      'GET with a body, which QUERY may have',
      route.get('/', { ...open, body: Search }, () => ''),
      'A GET request has no body. Use query, or another method; QUERY is safe as well.',
    ],
  ])('do not start: %s', async (_, node, sentence) => {
    expect(await problemsOf(node)).toContain(sentence)
  })

  it('are called by the client, which may repeat both', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const manifest = toManifest(routes)
    expect(manifest.routes['search']).toMatch(
      /^QUERY \/notes application\/json application\/x-www-form-urlencoded/,
    )
    const client = createClient<typeof routes>({ baseUrl: test.baseUrl, manifest })
    expect(await client.search({ body: { word: 'x', limit: 1 } })).toEqual({ words: ['QUERY x'] })
    const meta = await client.meta.result({ params: { name: 'a' } })
    expect(meta).toMatchObject({ ok: true, status: 200, data: undefined })
    expect(meta.headers['x-size']).toBe('7')
    expect(await client.meta.result({ params: { name: 'b' } })).toMatchObject({ ok: false, status: 404 })
    let sent = 0
    const failing = createClient<typeof routes>({
      baseUrl: 'http://a.example',
      manifest,
      transport: async () => ((sent += 1), { status: 503, headers: {} }),
      interceptors: [retry({ attempts: 3, delayMs: 0, sleep: async () => undefined })],
    })
    await failing.search.result({ body: { word: 'x' } })
    expect(sent).toBe(3)
  })

  it('are in the document: QUERY as an extension, for OpenAPI 3.1 has no place for it', () => {
    const app = createApp({ routes, log: false, health: false })
    for (const version of ['3.1', '3.0'] as const) {
      const { paths } = toOpenApi(app, { version })
      expect(Object.keys(paths['/notes'] ?? {})).toEqual(['get', 'x-query'])
      const content = paths['/notes']?.['x-query']?.requestBody?.content ?? {}
      expect(Object.keys(content)).toEqual(['application/json', 'application/x-www-form-urlencoded'])
      expect(Object.keys(paths['/files/{name}'] ?? {})).toEqual(['get', 'head'])
      expect(paths['/files/{name}']?.head?.responses['200']).not.toHaveProperty('content')
    }
  })

  it('are compared by the diff', () => {
    const of = (tree: RouteTree) => toOpenApi(createApp({ routes: tree, log: false, health: false }))
    const { search: _search, ...others } = routes
    const breaking = diffOpenApi(of(routes), of(others)).filter((one) => one.severity === 'breaking')
    expect(breaking.map(({ kind, place }) => `${kind} ${place}`)).toContain(
      'operation-removed search (QUERY /notes)',
    )
    const narrower = route.query('/notes', { ...open, body: json(Search), response: Found }, () => ({
      words: [],
    }))
    expect(diffOpenApi(of(routes), of({ ...others, search: narrower }))).toMatchObject([
      { kind: 'media-type-removed', message: 'It is no longer taken as application/x-www-form-urlencoded.' },
    ])
  })

  it('keep their contract', async () => {
    const { file, ...sound } = routes
    expect(file.method).toBe('GET')
    const report = await contractTest(createApp({ routes: sound, log: false, health: false }) as never, {
      seed: 7,
    })
    expect(report.withoutSuccess.filter((name) => name !== 'meta')).toEqual([])
  })

  it('are made by decorators', async () => {
    const ASK = route.define({ ...open, body: Search })
    const META = route.define({ ...open, response: { 200: null } })
    const SHOW = route.define({ ...open })
    @controller('/ask')
    class Ask {
      @query('/', ASK) ask({ body }: ContextOf<typeof ASK>) {
        return body.word
      }
      @get('/', SHOW) show() {
        return 'shown'
      }
      @head('/', META) meta() {
        return reply(200, undefined, { 'x-meta': 'yes' })
      }
    }
    const tree = { ask: controllerRoutes(Ask, { ask: ASK, show: SHOW, meta: META }) }
    await using app = await testApp({ routes: tree })
    expect(await (await app.request('QUERY', '/ask', { json: { word: 'w' } })).text()).toContain('w')
    expect((await app.request('HEAD', '/ask')).headers.get('x-meta')).toBe('yes')
  })
})

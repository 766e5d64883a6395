import { Readable } from 'node:stream'
import { content, createApp, reply, route, router, SetupError, t, toManifest } from '@keelson/core'
import { createClient, ClientError, type Client } from '@keelson/client'
import { events } from '@keelson/client/streams'
import { toOpenApi } from '@keelson/openapi'
import { contractTest, ContractTestError, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open, transports } from './support.ts'

const CSV = 'id,total\n7,12.5\n'
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47])

async function* ticks() {
  yield 'data: 1\n\n'
  yield 'data: 2\n\n'
}

const files = router('/files', {
  csv: route.get('/csv', { ...open, response: content('text/csv') }, () => CSV),
  png: route.get('/png', { ...open, response: content('image/png', 'image/webp') }, () => PNG),
  webp: route.get('/webp', { ...open, response: content('image/png', 'image/webp') }, () =>
    reply(200, PNG, { 'content-type': 'IMAGE/webp; q=high' }),
  ),
  stream: route.get('/stream', { ...open, response: content('application/pdf') }, () =>
    Readable.from(['%PDF']),
  ),
  blob: route.get(
    '/blob',
    { ...open, response: content('image/png', 'image/webp') },
    () => new Blob([PNG], { type: 'image/webp' }),
  ),
  web: route.get('/web', { ...open, response: { 200: content('text/csv'), 204: null } }, ({ query }) =>
    'none' in query
      ? new Response(null, { status: 204 })
      : new Response(CSV, { headers: { 'content-type': 'text/csv' } }),
  ),
  ticks: route.get('/ticks', { ...open, response: content('text/event-stream') }, () => ticks()),
  either: route.get(
    '/either',
    { ...open, response: { 200: t.Object({ id: t.String() }), 202: content('text/plain') } },
    ({ query }) => ('later' in query ? reply(202, 'later') : { id: '7' }),
  ),
})
const routes = { files }

describe.each(transports)('a response declared by its media type, %s', (transport) => {
  it.each([
    ['csv', 'text/csv; charset=utf-8', CSV],
    ['png', 'image/png', PNG],
    ['webp', 'IMAGE/webp; q=high', PNG],
    ['stream', 'application/pdf', '%PDF'],
    ['blob', 'image/webp', PNG],
    ['web', 'text/csv', CSV],
    ['ticks', 'text/event-stream', 'data: 1\n\ndata: 2\n\n'],
    ['either', 'application/json', '{"id":"7"}'],
    ['either?later', 'text/plain; charset=utf-8', 'later'],
  ])('sends %s as %s, as it comes', async (path, type, body) => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', `/files/${path}`)
    expect(response.headers.get('content-type')).toBe(type)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(Buffer.from(bytes)).toEqual(Buffer.from(body as string))
  })

  it('has the status of a Response, as far as the route declares it', async () => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', '/files/web?none')
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  it.each([
    ['text/csv', 200],
    ['text/*', 200],
    ['*/*;q=0.1', 200],
    ['application/json', 406],
    ['text/csv;q=0, */*', 406],
  ])('answers %s with %i', async (accept, status) => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', '/files/csv', { headers: { accept } })
    expect(response.status).toBe(status)
    expect((await response.text()).includes('This route produces text/csv only.')).toBe(status === 406)
  })

  it.each(['application/json', 'text/plain', 'image/webp'])(
    'is asked for by any of its media types: %s',
    async (accept) => {
      await using app = await testApp({ routes, transport })
      const path = accept.startsWith('image') ? '/files/png' : '/files/either'
      expect((await app.request('GET', path, { headers: { accept } })).status).toBe(200)
    },
  )

  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    [
      'an object',
      () => ({ id: 1 }),
      'gave a value of type object with status 200, which its route declares as text/csv',
    ],
    ['nothing', () => undefined, 'gave nothing with status 200'],
    ['a list', () => [1], 'gave a list with status 200'],
    [
      'another media type',
      () => reply(200, 'x', { 'content-type': 'text/html' }),
      "answered with 'text/html', which its route does not declare",
    ],
    ['a Response of another type', () => new Response('x'), "answered with 'text/plain;charset=UTF-8'"],
    [
      'another status',
      () => new Response(CSV, { status: 201 }),
      'status 201, which its route does not declare: it declares 200. Add it to `response`, or',
    ],
  ]
  it.each(wrong)('refuses %s', async (_name, handler, message) => {
    const bad = route.get('/', { ...open, response: content('text/csv') }, handler as () => string)
    await using app = await testApp({ routes: { bad }, transport, mode: 'production' })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(500)
    expect(app.takeErrors()).toMatchObject([{ err: { message: expect.stringContaining(message) } }])
  })

  it('lets go of a stream that it refuses', async () => {
    const stream = Readable.from(['x'])
    const bad = route.get('/', { ...open, response: content('text/csv') }, () =>
      reply(200, stream, { 'content-type': 'text/html' }),
    )
    await using app = await testApp({ routes: { bad }, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(stream.destroyed).toBe(true)
    app.takeErrors()
  })
})

describe('content()', () => {
  it.each(['csv', 'text/', 'image/*', '*/*', 'text/csv, text/html', 'text/csv; charset', ''])(
    'refuses %j, which is no media type',
    (type) => {
      expect(() => content(type)).toThrow(SetupError)
    },
  )

  it('takes parameters', () => {
    expect(content('text/csv; header=present').essences).toEqual(['text/csv'])
  })

  it('is no input', () => {
    const bad = route.post('/', { ...open, body: content('text/csv') }, () => 'x')
    expect(() => createApp({ routes: { bad }, log: false }).check()).toThrow(
      /route bad \(POST \/, .*\), body: It has content\(\)/,
    )
  })

  it('stands in the manifest with its media types', () => {
    expect(toManifest(routes).routes).toMatchObject({
      'files.csv': 'GET /files/csv 200:text/csv',
      'files.png': 'GET /files/png 200:image/png:image/webp',
      'files.web': 'GET /files/web 200:text/csv 204',
      'files.either': 'GET /files/either 200 202:text/plain',
    })
  })

  it('stands in the document with its media types', () => {
    const { paths } = toOpenApi(createApp({ name: 'files', routes, log: false }))
    const contentOf = (path: string, status: number) => paths[path]?.get?.responses[status]?.content
    expect(contentOf('/files/csv', 200)).toEqual({ 'text/csv': { schema: { type: 'string' } } })
    expect(contentOf('/files/png', 200)).toEqual({
      'image/png': { schema: { type: 'string', format: 'binary', contentMediaType: 'image/png' } },
      'image/webp': { schema: { type: 'string', format: 'binary', contentMediaType: 'image/webp' } },
    })
    expect(contentOf('/files/either', 202)).toEqual({ 'text/plain': { schema: { type: 'string' } } })
    expect(paths['/files/csv']?.get?.responses).toHaveProperty('406')
  })
})

describe('the client of such a route', () => {
  const clientOf = (baseUrl: string): Client<typeof routes> =>
    createClient({ baseUrl, manifest: toManifest(routes) })

  it('gets a text, bytes or a stream, as its type says', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    const client = clientOf(app.baseUrl)
    const csv: string = await client.files.csv()
    expect(csv).toBe(CSV)
    const png: Uint8Array = await client.files.png()
    expect(png).toEqual(PNG)
    const seen: string[] = []
    for await (const event of events(client.files.ticks)) seen.push(event.data)
    expect(seen).toEqual(['1', '2'])
    const either = await client.files.either.result()
    expect(either.ok && either.status === 200 && either.data.id).toBe('7')
  })

  it('is told of a page that is not meant', async () => {
    const page = {
      csv: route.get('/files/csv', open, () => reply(200, '<p>', { 'content-type': 'text/html' })),
    }
    await using app = await testApp({ routes: page, transport: 'socket' })
    const error = await failureOf(clientOf(app.baseUrl).files.csv())
    expect(ClientError.is(error) && [error.code, error.details]).toEqual(['ERR_CLIENT_ANSWER', '<p>'])
  })
})

describe('the contract test of such a route', () => {
  it('passes where the answers have the declared types', async () => {
    await expect(contractTest(createApp({ routes, mode: 'test', log: false }))).resolves.toBeDefined()
  })

  it('finds an answer that a middleware gave another type', async () => {
    const { middleware } = await import('@keelson/core')
    const html = middleware({
      name: 'html',
      stage: 'respond',
      transform: (_ctx, outcome) => {
        outcome.headers.set('content-type', 'text/html')
        return outcome
      },
    })
    const app = createApp({ routes, use: [html], mode: 'test', log: false })
    const error = await failureOf(contractTest(app))
    expect(error).toBeInstanceOf(ContractTestError)
    expect((error as Error).message).toContain(
      "its body is declared to be text/csv, and its content type is 'text/html'",
    )
  })
})

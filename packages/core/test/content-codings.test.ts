import { gzipSync } from 'node:zlib'
import { createApp, mount, reply, route, t, type App } from '@keelson/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const open = { access: 'public' } as const
const text = { ...open, consumes: ['*/*'] } as const
const seen: string[] = []

const routes = {
  schema: route.post('/schema', { ...open, body: t.Object({ a: t.Integer() }) }, ({ body }) =>
    reply(200, body),
  ),
  // Something else is wrong as well, so that the body is not waited for by itself.
  query: route.post(
    '/query',
    { ...open, query: { n: t.Integer() }, body: t.Object({ a: t.Integer() }) },
    () => 'never',
  ),
  raw: route.post('/raw', text, async ({ rawBody }) => new TextDecoder().decode(await rawBody())),
  loose: route.post('/loose', open, async ({ rawBody }) => new TextDecoder().decode(await rawBody())),
  stream: route.post('/stream', text, async ({ bodyStream }) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of bodyStream()) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }),
  mounted: mount(
    '/mounted',
    async (request: Request) => {
      seen.push(request.url)
      // As handlers of frameworks do, which make an answer of their own of what they catch.
      return request.text().then(
        (body) => new Response(body),
        () => new Response('cannot be read', { status: 500 }),
      )
    },
    open,
  ),
  unread: mount('/unread', () => new Response('unread'), open),
}

let app: App
let base: string
beforeAll(async () => {
  app = createApp({ routes, log: false })
  base = (await app.listen({ port: 0, host: '127.0.0.1', signals: false })).urls[0] as string
})
afterAll(() => app.stop())

const ways = ['socket', 'app.fetch'] as const
type Way = (typeof ways)[number]

function send(
  way: Way,
  path: string,
  coding: string,
  body: Uint8Array | string = '{"a":1}',
): Promise<Response> {
  const request = new Request(new URL(path, base), {
    method: 'POST',
    headers: { 'content-encoding': coding, 'content-type': 'application/json' },
    body: body as string,
  })
  return way === 'socket' ? fetch(request) : app.fetch(request)
}

const paths = ['/schema', '/query', '/raw', '/loose', '/stream', '/mounted/x', '/unread/x']

describe.each(ways)('a body that is encoded, over %s,', (way) => {
  it.each(paths)('is 415 with what would be accepted: POST %s', async (path) => {
    const answer = await send(way, path, 'gzip', gzipSync('{"a":1}'))
    expect(answer.status).toBe(415)
    expect(answer.headers.get('accept-encoding')).toBe('identity')
    expect(await answer.json()).toMatchObject({ code: 'ERR_CORE_UNSUPPORTED_MEDIA_TYPE', status: 415 })
    expect(seen).not.toContain(new URL(path, base).href)
  })

  it.each([
    'GZIP',
    'x-gzip',
    'deflate',
    'br',
    'zstd',
    'compress',
    'unheard-of',
    'gzip, br',
    'identity, gzip',
    'gzip, identity',
    'gzip,gzip',
    ' ,gzip',
    'identity;q=1',
    'identity gzip',
    'x'.repeat(2_000),
  ])('is 415 whatever its coding is called: %s', async (coding) => {
    for (const path of ['/schema', '/raw', '/mounted/y']) {
      const answer = await send(way, path, coding)
      expect([path, answer.status]).toEqual([path, 415])
      expect(answer.headers.get('accept-encoding')).toBe('identity')
      expect((await answer.text()).length).toBeLessThan(500)
    }
  })

  it.each(['identity', 'Identity', 'IDENTITY', 'identity, identity', 'identity ,', ''])(
    'is read where the coding changes nothing: %j',
    async (coding) => {
      for (const path of ['/schema', '/raw', '/loose', '/stream', '/mounted/z']) {
        const answer = await send(way, path, coding)
        expect([path, answer.status, await answer.text()]).toEqual([path, 200, '{"a":1}'])
      }
    },
  )
})

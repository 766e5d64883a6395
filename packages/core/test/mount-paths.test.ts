import { ForbiddenError, middleware, mount, route, t, type MountedHandler } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient, tryParseResponse, type RawResponse } from './server-support.ts'
import { open, requestLines } from './support.ts'

const seen: string[] = []
const told = (path: string): string => (seen.push(path), path)
const KINDS: readonly (readonly [string, MountedHandler])[] = [
  ['a Fetch handler', (request: Request) => new Response(told(new URL(request.url).pathname))],
  ['a Node.js handler', (request, response) => void response.end(told(request.url as string))],
]
const guard = middleware({
  name: 'guard',
  stage: 'authorize',
  run: ({ path }) => {
    if (decodeURIComponent(path).startsWith('/f/admin')) throw new ForbiddenError()
  },
})

describe.each(KINDS)('the path that %s sees', (_, handler) => {
  const ask = async (target: string) => {
    const routes = {
      f: mount('/f', handler, { ...open, use: [guard] }),
      own: route.get('/own/:id', { ...open, params: { id: t.String() } }, ({ params }) => params.id),
    }
    await using app = await testApp({ routes, transport: 'socket' })
    seen.length = 0
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    const text = await client.closed()
    await app.app.stop()
    const { status, body } = tryParseResponse(text) as RawResponse
    return { status, body, line: requestLines(app)[0]?.['status'] }
  }

  it.each([
    '/f/public\\..\\admin',
    '/f/public\\%2e%2e\\admin',
    '/f/.\\admin',
    '/f/public/..\\admin',
    '/f/public/%2e%2e\\admin',
    '/f/\\admin',
    '/f\\admin',
    '/f/\\evil.com\\x',
    'http://a/f/.\\admin',
    '/f/x\\',
    '/own/a\\b',
    '/none\\',
  ])('is not made by a backslash: %s is refused', async (target) => {
    expect(await ask(target)).toMatchObject({ status: 400, line: 400 })
    expect(seen).toEqual([])
  })

  it.each(['"', '<', '>', '^', '`', '{', '}'])('has no unescaped %s', async (character) => {
    const { status, body } = await ask(`/f/a${character}b`)
    const escape = encodeURIComponent(character)
    expect([status, JSON.parse(body)]).toEqual([
      400,
      expect.objectContaining({
        code: 'ERR_CORE_PATH_ENCODING',
        detail: expect.stringContaining(`write ${escape}.`) as string,
      }),
    ])
    await ask(`/f/a${escape}b`)
    expect(seen).toEqual([`/a${escape}b`])
  })

  it.each([
    ...['\t', '\n', '\r', '\0', ' ', '\x7f', '\xe9', '\xa0'].map((character) => `/f/.${character}./admin`),
    '\\f/admin',
    'http://a\\f/admin',
  ])('is not made of what the parser refuses: %j', async (target) => {
    expect((await ask(target)).status).toBe(400)
    expect(seen).toEqual([])
  })

  it.each([
    ['/f/public%5C..%5Cadmin', '/public%5C..%5Cadmin'],
    ['/f/%5cevil.com', '/%5cevil.com'],
    ['/f/..%5Cadmin', '/..%5Cadmin'],
    ['/f/a%09b%0A', '/a%09b%0A'],
    ["/f/!$&'()*+,;=:@-._~|[]", "/!$&'()*+,;=:@-._~|[]"],
    ['/f/C:/a', '/C:/a'],
    ['/f//a//', '//a//'],
  ])('is of %s %s: what is escaped is data, and stays as it came', async (target, path) => {
    expect(await ask(target)).toMatchObject({ status: 200, line: 200 })
    expect(seen).toEqual([path])
  })

  it.each(['/f/..', '/f/public/%2e%2E/admin', '/f/.%2e/admin', '/f/public%2F../admin'])(
    'has no dot segment: %s is refused',
    async (target) => {
      expect((await ask(target)).status).toBe(400)
      expect(seen).toEqual([])
    },
  )

  it('is not touched by what the query holds', async () => {
    expect(await ask('/f/a?x=\\..\\admin&y={"z":"<"}')).toMatchObject({ status: 200 })
    expect(seen[0]?.split('?')[0]).toBe('/a')
  })
})

it('a request of app.fetch whose URL is no URL does not get another path in a mounted handler', async () => {
  const routes = { f: mount('/f', KINDS[0]?.[1] as MountedHandler, { ...open, use: [guard] }) }
  await using app = await testApp({ routes })
  for (const path of ['/f/public\\..\\admin', '/f/.\\admin', '/f/.\t./admin', '/f/a b', '/f/é']) {
    const request = new Proxy(new Request('http://a/'), {
      get: (target, name) =>
        name === 'url' ? `http://a${path}` : (Reflect.get(target, name, target) as unknown),
    })
    expect([path, (await app.app.fetch(request)).status]).toEqual([path, 400])
  }
  // What is a URL has its dots and backslashes resolved before anybody looks at it.
  expect((await app.app.fetch(new Request('http://a/f/public\\..\\admin'))).status).toBe(403)
})

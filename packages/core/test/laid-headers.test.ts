import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { ConflictError, middleware, mount, reply, ResponseHeaders, route, router } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

const lay = middleware({
  name: 'lay',
  stage: 'receive',
  run: ({ responseHeaders }) => {
    responseHeaders.set('x-policy', 'app').set('x-own', 'app').append('link', '</a>').vary('Origin')
    responseHeaders.set('set-cookie', 'laid=1')
  },
})

const own = { 'x-own': 'route', link: '</b>', vary: 'accept, origin', 'set-cookie': 'own=1' }

/** What a test looks at of the head of an answer. */
const looked = ({ status, headers }: Response): unknown[] => [
  status,
  headers.get('x-policy'),
  headers.get('x-own'),
  headers.get('link'),
  headers.get('vary'),
  headers.getSetCookie().toSorted(),
]
const BARE = ['app', 'app', '</a>', 'Origin', ['laid=1']]
const JOINED = ['app', 'route', '</b>, </a>', 'accept, origin', ['laid=1', 'own=1']]

describe.each(transports)('headers that are said before there is an answer, %s', (transport) => {
  it.each<[string, string, number, unknown[]]>([
    ['a value', '/value', 200, BARE],
    ['a reply with headers', '/reply', 200, JOINED],
    ['a stream', '/stream', 200, BARE],
    ['an error', '/error', 409, BARE],
    ['a failure', '/failure', 500, BARE],
    ['a Response', '/response', 201, JOINED],
    ['a mounted fetch handler', '/fetch', 201, JOINED],
    ['a path that nothing serves', '/nowhere', 404, BARE],
    ['a path that nothing serves below a router', '/below/nowhere', 404, BARE],
  ])('are laid under %s', async (_, path, status, expected) => {
    const response = (): Response => new Response('x', { status: 201, headers: own })
    const routes = {
      value: route.get('/value', open, () => ({ a: 1 })),
      reply: route.get('/reply', open, () => reply(200, 'x', own)),
      stream: route.get('/stream', open, () => Readable.from(['a', 'b'])),
      error: route.get('/error', open, () => {
        throw new ConflictError()
      }),
      failure: route.get('/failure', open, () => {
        throw new Error('x')
      }),
      response: route.get('/response', open, response),
      fetch: mount('/fetch', { fetch: response }, open),
      below: router('/below', { use: [] }, { a: route.get('/a', open, () => 'x') }),
    }
    await using app = await testApp({ routes, use: [lay], transport })
    const answer = await app.request('GET', path)
    expect(looked(answer)).toEqual([status, ...expected])
    await answer.arrayBuffer()
    app.takeErrors()
  })

  it('are those that transform sees, and what transform says besides goes out, too', async () => {
    const seen: unknown[] = []
    const look = middleware({
      name: 'look',
      stage: 'respond',
      transform: (ctx, outcome) => {
        seen.push(outcome.headers.get('x-policy'))
        ctx.responseHeaders.set('x-late', 'yes').set('x-policy', 'late')
        return outcome
      },
    })
    await using app = await testApp({
      routes: { a: route.get('/', open, () => 'x') },
      use: [lay, look],
      transport,
    })
    const { headers } = await app.request('GET', '/')
    expect(seen).toEqual(['app'])
    expect([headers.get('x-late'), headers.get('x-policy')]).toEqual(['yes', 'app'])
  })

  it('stay for the error of a transform that fails', async () => {
    const broken = middleware({
      name: 'broken',
      stage: 'respond',
      transform: () => {
        throw new Error('broken')
      },
    })
    await using app = await testApp({
      routes: { a: route.get('/', open, () => 'x') },
      use: [lay, broken],
      transport,
    })
    expect(looked(await app.request('GET', '/'))).toEqual([500, ...BARE])
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('cannot be said when the answer was sent', async () => {
    const failures: unknown[] = []
    const late = middleware({
      name: 'late',
      stage: 'record',
      observe: (ctx) => {
        try {
          ctx.responseHeaders.set('x', 'y')
        } catch (error) {
          failures.push(error)
        }
      },
    })
    const app = await testApp({ routes: { a: route.get('/', open, () => 'x') }, use: [late], transport })
    await (await app.request('GET', '/')).text()
    await app.close()
    expect(String(failures)).toContain('The answer was sent: its headers can no longer be changed.')
  })

  it('give way when they were set after they were appended', async () => {
    const a = route.get('/', open, ({ responseHeaders }) => {
      responseHeaders.append('link', '</a>').set('link', '</c>')
      return reply(200, 'x', { link: '</b>' })
    })
    await using app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).headers.get('link')).toBe('</b>')
  })

  it('do not frame a message', async () => {
    const use = [
      middleware({
        name: 'length',
        stage: 'receive',
        run: ({ responseHeaders }) => void responseHeaders.set('Content-Length', 3),
      }),
    ]
    await using app = await testApp({ routes: { a: route.get('/', open, () => 'x') }, use, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(String(app.takeErrors()[0]?.['err'] && JSON.stringify(app.log.lines))).toContain(
      "ctx.responseHeaders cannot hold 'content-length'",
    )
  })
})

describe('headers under what a mounted Node.js handler writes', () => {
  it.each<[string, (response: ServerResponse) => unknown, unknown[]]>([
    ['nothing', (response) => response.end('x'), [200, ...BARE]],
    [
      'headers of the same names',
      (response) => {
        for (const [name, value] of Object.entries(own)) response.setHeader(name, value)
        response.end('x')
      },
      [200, ...JOINED],
    ],
    ['a whole head', (response) => response.writeHead(201, own).end('x'), [201, ...JOINED]],
    [
      'one less',
      (response) => {
        response.removeHeader('x-policy')
        response.end('x')
      },
      [200, null, ...BARE.slice(1)],
    ],
  ])('that sets %s', async (_, answer, expected) => {
    const handler = (_request: IncomingMessage, response: ServerResponse) => void answer(response)
    const routes = { a: mount('/a', handler, open) }
    await using app = await testApp({ routes, use: [lay], transport: 'socket' })
    expect(looked(await app.request('GET', '/a'))).toEqual(expected)
  })

  it('that fails', async () => {
    const handler = (_request: IncomingMessage, response: ServerResponse): void => {
      response.setHeader('x-own', 'handler')
      throw new Error('x')
    }
    await using app = await testApp({
      routes: { a: mount('/a', handler, open) },
      use: [lay],
      transport: 'socket',
    })
    expect(looked(await app.request('GET', '/a'))).toEqual([500, ...BARE])
    expect(app.takeErrors()).toHaveLength(1)
  })
})

describe('vary', () => {
  it.each<[string[], string[], string | undefined]>([
    [[], ['Origin'], 'Origin'],
    [['accept-encoding'], ['Accept-Encoding', 'origin'], 'accept-encoding, origin'],
    [['a, b', 'c,'], ['B'], 'a, b, c'],
    [['a'], ['*'], '*'],
    [['*'], ['a'], '*'],
    [[], [], undefined],
  ])('of %j and %j is one line', (lines, names, expected) => {
    const headers = new ResponseHeaders()
    for (const line of lines) headers.append('Vary', line)
    headers.vary(...names)
    expect([...headers]).toEqual(expected === undefined ? [] : [['vary', expected]])
  })

  it.each(['a, b', '', 'a b', 'a\r\nb'])('refuses %j', (name) => {
    expect(() => new ResponseHeaders().vary(name)).toThrow('give names of request headers, one by one')
  })
})

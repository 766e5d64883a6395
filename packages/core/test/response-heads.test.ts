import { Readable } from 'node:stream'
import { middleware, reply, route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, requestLines, transports } from './support.ts'

/** Handlers whose GET and HEAD must have the same head; `null`: a length that nobody knows before the end. */
const RESULTS: readonly (readonly [name: string, result: () => unknown, length: string | null])[] = [
  ['an object', () => ({ a: 'ü' }), '10'],
  ['a string', () => 'grüß', '6'],
  ['bytes', () => Buffer.from('hi'), '2'],
  ['nothing', () => undefined, null],
  ['an empty reply', () => reply(200), '0'],
  ['a stream of known length', () => reply(200, Readable.from(['abc']), { 'content-length': 3 }), '3'],
  ['a stream', () => Readable.from(['abc']), null],
  ['a Web Response', () => new Response('abc', { headers: { 'content-type': 'text/x', etag: '"1"' } }), null],
  ['a Web Response with a length', () => new Response('abc', { headers: { 'content-length': '3' } }), '3'],
  [
    'an error',
    () => {
      throw new TypeError('x')
    },
    'some',
  ],
  ['a reply of 404', () => reply(404, { a: 1 }, { 'x-a': '1' }), '7'],
]

const CHANGING = ['date', 'connection', 'keep-alive', 'x-request-id', 'transfer-encoding']
const headOf = (response: Response) => [...response.headers].filter(([name]) => !CHANGING.includes(name))

describe.each(transports)('HEAD, %s', (transport) => {
  it.each(RESULTS)('has the head of GET for %s, and no body', async (_, result, length) => {
    const app = await testApp({ routes: { a: route.get('/', open, result) }, transport })
    const get = await app.request('GET', '/')
    const text = await get.text()
    const head = await app.request('HEAD', '/')
    expect(await head.text()).toBe('')
    expect(head.status).toBe(get.status)
    expect(headOf(head)).toEqual(headOf(get))
    expect(head.headers.get('content-length')).toBe(length === 'some' ? String(text.length) : length)
    app.takeErrors()
    await app.close()
    expect(requestLines(app).at(-1)).toMatchObject({ method: 'HEAD', bytes: 0 })
  })

  it('never starts an iterator, and lets go of streams', async () => {
    let started = 0
    let cancelled = 0
    const readable = new Readable({ read: () => void started++ })
    const routes = {
      iterator: route.get('/iterator', open, async function* () {
        started++
        yield 'x'
      }),
      readable: route.get('/readable', open, () => readable),
      web: route.get(
        '/web',
        open,
        () =>
          new ReadableStream(
            { pull: () => void started++, cancel: () => void cancelled++ },
            { highWaterMark: 0 },
          ),
      ),
      response: route.get(
        '/response',
        open,
        () =>
          new Response(
            new ReadableStream(
              { pull: () => void started++, cancel: () => void cancelled++ },
              { highWaterMark: 0 },
            ),
          ),
      ),
    }
    await using app = await testApp({ routes, transport })
    for (const path of ['/iterator', '/readable', '/web', '/response']) {
      const response = await app.request('HEAD', path)
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
    expect(started).toBe(0)
    expect(readable.destroyed).toBe(true)
    expect(cancelled).toBe(2)
  })

  it('runs the whole plan of the GET route, and tells the handler', async () => {
    const seen: string[] = []
    const routes = {
      a: route.get(
        '/:id',
        { ...open, params: { id: t.Integer() }, response: t.String() },
        ({ method, params }) => (seen.push(`${method} ${params.id}`), 'x'),
      ),
    }
    await using app = await testApp({ routes, transport })
    expect((await app.request('HEAD', '/7')).headers.get('content-length')).toBe('3')
    expect((await app.request('HEAD', '/x')).status).toBe(400)
    expect((await app.request('HEAD', '/none/7')).status).toBe(404)
    expect(seen).toEqual(['HEAD 7'])
  })
})

describe.each(transports)('a header that a middleware names in another case, %s', (transport) => {
  it('is the one that is there, and frames no message', async () => {
    const NAMES = ['Content-Length', 'Transfer-Encoding', 'X-Request-ID', 'Content-Type']
    const upper = middleware({
      name: 'upper',
      stage: 'respond',
      transform: (_ctx, outcome) => {
        for (const name of NAMES) outcome.headers.set(name, '99')
        return outcome
      },
    })
    const routes = { a: route.get('/', { ...open, use: [upper] }, () => 'abc') }
    const app = await testApp({ routes, transport })
    const response = await app.request('GET', '/')
    expect(await response.text()).toBe('abc')
    await app.close()
    const [line] = requestLines(app)
    expect(NAMES.map((name) => response.headers.get(name))).toEqual(['3', null, line?.['requestId'], '99'])
  })
})

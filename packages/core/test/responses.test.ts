import { Readable } from 'node:stream'
import { reply, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { oldStream, open, requestLines, transports } from './support.ts'

class Money {
  toJSON() {
    return '1.00 EUR'
  }
}

async function* count() {
  yield 'one '
  yield Buffer.from('two ')
  yield new TextEncoder().encode('three')
}

const webStream = () =>
  new ReadableStream({ start: (to) => (to.enqueue(new TextEncoder().encode('web')), to.close()) })
function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(2)
  new Uint8Array(buffer).set([104, 105])
  return buffer
}

const binary = 'application/octet-stream'

/** What the handler returns, and what the client gets: status, content type, text. */
const RESULTS: readonly (readonly [
  name: string,
  result: () => unknown,
  expected: readonly [number, string | null, string],
])[] = [
  [
    'an object as JSON',
    () => ({ a: [1, null, { b: true }] }),
    [200, 'application/json', '{"a":[1,null,{"b":true}]}'],
  ],
  ['an array as JSON', () => [1, 2], [200, 'application/json', '[1,2]']],
  ['a number as JSON', () => 0, [200, 'application/json', '0']],
  ['false as JSON', () => false, [200, 'application/json', 'false']],
  ['null as JSON', () => null, [200, 'application/json', 'null']],
  ['nothing as 204', () => undefined, [204, null, '']],
  ['a promise of a value', async () => ({ a: 1 }), [200, 'application/json', '{"a":1}']],
  ['a promise of nothing as 204', async () => undefined, [204, null, '']],
  ['a string as text', () => 'grüß dich', [200, 'text/plain; charset=utf-8', 'grüß dich']],
  ['an empty string as text', () => '', [200, 'text/plain; charset=utf-8', '']],
  ['a Date by its toJSON', () => new Date(0), [200, 'application/json', '"1970-01-01T00:00:00.000Z"']],
  [
    'an object by its toJSON',
    () => ({ price: new Money() }),
    [200, 'application/json', '{"price":"1.00 EUR"}'],
  ],
  ['an instance by its own toJSON', () => new Money(), [200, 'application/json', '"1.00 EUR"']],
  ['bytes as they are', () => new Uint8Array([104, 105]), [200, binary, 'hi']],
  ['a Buffer as it is', () => Buffer.from('hi'), [200, binary, 'hi']],
  [
    'numbers of two bytes as bytes',
    () => new Uint16Array(new Uint8Array([104, 105]).buffer),
    [200, binary, 'hi'],
  ],
  [
    'numbers of eight as bytes',
    () => new Float64Array(new TextEncoder().encode('12345678').buffer),
    [200, binary, '12345678'],
  ],
  [
    'a part of a buffer as that part',
    () => new Uint16Array(new TextEncoder().encode('abhicd').buffer, 2, 1),
    [200, binary, 'hi'],
  ],
  [
    'a DataView as bytes',
    () => new DataView(new TextEncoder().encode('ahib').buffer, 1, 2),
    [200, binary, 'hi'],
  ],
  ['shared memory as bytes', shared, [200, binary, 'hi']],
  ['an ArrayBuffer as it is', () => new Uint8Array([104, 105]).buffer, [200, binary, 'hi']],
  ['a Blob with its type', () => new Blob(['x,y'], { type: 'text/csv' }), [200, 'text/csv', 'x,y']],
  ['a Node stream', () => Readable.from(['a', 'b', Buffer.from('c')]), [200, binary, 'abc']],
  [
    'a stream of an old copy of its package',
    () => oldStream(Readable.from(['o', 'ld'])),
    [200, binary, 'old'],
  ],
  ['a web stream', webStream, [200, binary, 'web']],
  ['a generator', count, [200, binary, 'one two three']],
  [
    'an object that is an async iterable',
    () => ({ [Symbol.asyncIterator]: count }),
    [200, binary, 'one two three'],
  ],
  ['a promise of a stream', async () => Readable.from(['x']), [200, binary, 'x']],
  ['an empty stream', () => Readable.from([]), [200, binary, '']],
  ['a reply with a value', () => reply(201, { id: 1 }), [201, 'application/json', '{"id":1}']],
  ['a reply without a body', () => reply(202), [202, null, '']],
  ['a reply of 200 without a body', () => reply(200), [200, null, '']],
  ['a reply of 200 with an explicit undefined', () => reply(200, undefined, { 'x-a': 'b' }), [200, null, '']],
  ['a reply with null', () => reply(200, null), [200, 'application/json', 'null']],
  [
    'a reply with a string',
    () => reply(200, '<p>', { 'Content-Type': 'text/html' }),
    [200, 'text/html', '<p>'],
  ],
  [
    'a reply with a stream',
    () => reply(206, count(), { 'content-type': 'text/csv' }),
    [206, 'text/csv', 'one two three'],
  ],
  [
    'a reply of 404 that is no error',
    () => reply(404, { found: false }),
    [404, 'application/json', '{"found":false}'],
  ],
  [
    'a Web Response',
    () => new Response('made', { status: 203, headers: { 'content-type': 'text/x' } }),
    [203, 'text/x', 'made'],
  ],
  ['a Web Response without a body', () => new Response(null, { status: 204 }), [204, null, '']],
  [
    'a Web Response of JSON',
    () => Response.json({ a: 1 }, { status: 418 }),
    [418, 'application/json', '{"a":1}'],
  ],
  ['a Web Response that redirects', () => Response.redirect('http://other.test/', 303), [303, null, '']],
]

describe.each(transports)('a handler may return, %s', (transport) => {
  it.each(RESULTS)('%s', async (_, result, expected) => {
    const app = await testApp({ routes: { a: route.get('/', open, result) }, transport })
    const response = await app.request('GET', '/')
    const text = await response.text()
    expect([response.status, response.headers.get('content-type'), text]).toEqual(expected)
    await app.close()
    expect(requestLines(app)).toMatchObject([{ status: expected[0], bytes: Buffer.byteLength(text) }])
  })

  it('every header line of a reply, in lower case', async () => {
    const headers = {
      'X-One': 1,
      'x-none': undefined,
      'set-cookie': ['a=1', 'b=2; Path=/'],
      vary: ['accept', 'origin'],
    }
    await using app = await testApp({
      routes: { a: route.get('/', open, () => reply(200, 'x', headers)) },
      transport,
    })
    const response = await app.request('GET', '/')
    expect(response.headers.get('x-one')).toBe('1')
    expect(response.headers.has('x-none')).toBe(false)
    expect(response.headers.get('vary')).toBe('accept, origin')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Path=/'])
  })

  it('every cookie of a Web Response', async () => {
    const handler = () => {
      const headers = new Headers({ 'content-type': 'text/plain' })
      headers.append('set-cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
      headers.append('set-cookie', 'b=2')
      return new Response('x', { headers })
    }
    await using app = await testApp({ routes: { a: route.get('/', open, handler) }, transport })
    const response = await app.request('GET', '/')
    await response.text()
    expect(response.headers.getSetCookie()).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'])
  })
})

const cycle: { self?: unknown } = {}
cycle.self = cycle

describe.each(transports)(
  'what cannot be sent is a 500 that tells nothing and is logged, %s',
  (transport) => {
    it.each<[string, () => unknown]>([
      ['a BigInt', () => ({ secretName: 1n })],
      ['a function', () => () => 'secretName'],
      ['a symbol', () => Symbol('secretName')],
      ['a cycle', () => cycle],
      ['a generator that is not asynchronous', () => ['secretName'].values()],
      [
        'an object whose toJSON throws',
        () => ({
          toJSON: () => {
            throw new Error('secretName')
          },
        }),
      ],
      [
        'a Web Response that was read already',
        async () => {
          const used = new Response('x')
          await used.text()
          return used
        },
      ],
      ['Response.error(), which has no status', () => Response.error()],
      ['a reply with a status that is none', () => reply(99, 'x')],
      ['a reply with an interim status', () => reply(103, 'x')],
      ['a reply with a fraction', () => reply(200.5, 'x')],
      ['a header value with a line break', () => reply(200, 'x', { 'x-a': 'secretName\r\nx-b: c' })],
      ['a header name that is none', () => reply(200, 'x', { 'x a': 'secretName' })],
    ])('%s', async (_, handler) => {
      const app = await testApp({ routes: { a: route.get('/', open, handler) }, transport })
      const response = await app.request('GET', '/')
      expect(response.status).toBe(500)
      expect(response.headers.get('x-b')).toBeNull()
      expect(await response.text()).not.toContain('secretName')
      await app.app.stop()
      expect(app.takeErrors()).toHaveLength(1)
      expect(requestLines(app)).toMatchObject([{ status: 500, errorCode: 'ERR_CORE_INTERNAL' }])
      await app.close()
    })
  },
)

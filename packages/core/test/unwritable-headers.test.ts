import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  errorFormat,
  middleware,
  mount,
  reply,
  route,
  type Outcome,
  type RequestSummary,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { deferred, open, transports } from './support.ts'

const shop = errorFormat({
  mediaType: 'application/vnd.shop+json',
  schema: {},
  write: ({ code, status }, { requestId }) => ({ shop: true, code, status, requestId }),
  read: () => undefined,
})

const changing = (change: (outcome: Outcome) => void) =>
  middleware({ name: 'change', stage: 'respond', transform: (_ctx, one) => (change(one), one) })

const LINE_BREAK = 'a\nb'
const UNWRITABLE: readonly (readonly [string, ReturnType<typeof at>])[] = [
  ['a line break in a reply', at(() => reply(200, 'x', { 'x-out': LINE_BREAK }))],
  ['a carriage return', at(() => reply(200, 'x', { 'x-out': 'a\rset-cookie: b=1' }))],
  ['a null byte', at(() => reply(200, 'x', { 'x-out': 'a\0' }))],
  ['a list with a line break', at(() => reply(200, 'x', { 'set-cookie': ['a=1', LINE_BREAK] }))],
  ['a location beyond latin1', at(() => reply(302, undefined, { location: 'http://x/€' }))],
  ['a name with a space', at(() => reply(200, 'x', { 'x out': 'a' }))],
  ['an empty name', at(() => reply(200, 'x', { '': 'a' }))],
  ['null', at(() => reply(200, 'x', { 'x-out': null as never }))],
  ['an object', at(() => reply(200, 'x', { 'x-out': {} as never }))],
  ['an empty answer', at(() => reply(204, undefined, { 'x-out': LINE_BREAK }))],
  ['bytes', at(() => reply(200, Buffer.from('x'), { 'x-out': LINE_BREAK }))],
  ['a stream', at(() => reply(200, ReadableStream.from(['x']), { 'x-out': LINE_BREAK }))],
  [
    'a reply of a middleware',
    at(
      () => 'x',
      middleware({ name: 'no', stage: 'receive', run: () => reply(200, 'x', { 'x-out': LINE_BREAK }) }),
    ),
  ],
  [
    'a transform that sets',
    at(
      () => 'x',
      changing((one) => void one.headers.set('x-out', LINE_BREAK)),
    ),
  ],
  [
    'a transform that appends',
    at(
      () => 'x',
      changing((one) => void one.headers.append('vary', '€')),
    ),
  ],
  [
    'a transform that writes past the checks',
    at(
      () => 'x',
      changing((one) => void one.headers.flat.push('x-out', LINE_BREAK)),
    ),
  ],
  [
    'such a one with a stream',
    at(
      () => Buffer.from('x'),
      changing(
        (one) => void (one.headers.flat.push('x-out', LINE_BREAK), (one.value = ReadableStream.from(['x']))),
      ),
    ),
  ],
]

function at(handler: () => unknown, ...use: ReturnType<typeof middleware>[]) {
  return { handler, use }
}

describe.each(transports)('a header that cannot be written, %s', (transport) => {
  it.each(UNWRITABLE)('is an error like any other: %s', async (name, { handler, use }) => {
    const ended = deferred<RequestSummary>()
    const outer = middleware({
      name: 'outer',
      stage: 'respond',
      transform: (_ctx, outcome) => (outcome.headers.set('x-outer', 'yes'), outcome),
    })
    const end = middleware({
      name: 'end',
      stage: 'record',
      observe: (_ctx, summary) => ended.resolve(summary),
    })
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use: [outer, ...use, end] as const }, handler) },
      errorFormat: shop,
      transport,
    })
    const response = await app.request('GET', '/')
    expect(response.statusText).toBe(transport === 'socket' ? 'Internal Server Error' : '')
    expect([response.status, response.headers.get('content-type')]).toEqual([
      500,
      'application/vnd.shop+json',
    ])
    expect(await response.json()).toEqual({
      shop: true,
      code: 'ERR_CORE_INTERNAL',
      status: 500,
      requestId: response.headers.get('x-request-id'),
    })
    // Nobody is asked again about what was written past the checks of those who are asked.
    expect(response.headers.get('x-outer')).toBe(/past|such/.test(name) ? null : 'yes')
    expect(await ended.promise).toMatchObject({ status: 500, errorCode: 'ERR_CORE_INTERNAL', aborted: false })
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('may hold latin1, tabs, spaces and nothing, and a number', async () => {
    const headers = { 'x-a': 'é\tb c', 'x-b': '', 'x-c': 7, 'set-cookie': ['a=1', 'b=2'] }
    await using app = await testApp({
      routes: { a: route.get('/', open, () => reply(200, 'x', headers)) },
      transport,
    })
    const response = await app.request('GET', '/')
    expect(['x-a', 'x-b', 'x-c'].map((name) => response.headers.get(name))).toEqual(['é\tb c', '', '7'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('names the header and never shows its value', async () => {
    await using app = await testApp({
      routes: { a: route.get('/', open, () => reply(200, 'x', { 'set-cookie': 'secret=geheim€' })) },
      transport,
    })
    await app.request('GET', '/')
    const [line] = app.takeErrors()
    const text = JSON.stringify(line)
    expect(text).toContain("The response header 'set-cookie' cannot be sent: its value has U+20AC at 13.")
    expect(text).not.toContain('geheim')
  })
})

describe('a mounted handler that fails', () => {
  const failing = (write: (response: ServerResponse) => void) =>
    mount('/m', (_request: IncomingMessage, response: ServerResponse) => {
      write(response)
      throw new Error('secret')
    }, open) // oxfmt-ignore

  it('before it has sent anything is an error like any other, with none of its headers and its reason', async () => {
    const ended = deferred<RequestSummary>()
    const use = [
      middleware({
        name: 'outer',
        stage: 'respond',
        transform: (_ctx, outcome) => (outcome.headers.set('x-outer', 'yes'), outcome),
      }),
      middleware({ name: 'end', stage: 'record', observe: (_ctx, summary) => ended.resolve(summary) }),
    ]
    await using app = await testApp({
      routes: {
        m: failing((response) => {
          response.statusMessage = 'Fine'
          response.setHeader('x-theirs', 'a')
        }),
      },
      use,
      errorFormat: shop,
      transport: 'socket',
    })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    const answer = await client.request('GET /m/x HTTP/1.1\r\nhost: a\r\n\r\n')
    expect([answer.status, answer.reason]).toEqual([500, 'Internal Server Error'])
    expect([answer.headers.get('x-outer'), answer.headers.get('x-theirs')]).toEqual(['yes', undefined])
    expect(JSON.parse(answer.body)).toMatchObject({
      shop: true,
      requestId: answer.headers.get('x-request-id'),
    })
    expect(await ended.promise).toMatchObject({ status: 500, bytes: answer.body.length, aborted: false })
    expect(app.takeErrors()).toMatchObject([{ err: { message: 'secret' } }])
    client.destroy()
  })

  it('by a header that it cannot write is one, too', async () => {
    const handler = (_request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('x-a', LINE_BREAK)
    }
    const writing = (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, 'Fine', { 'x-a': LINE_BREAK })
    }
    await using app = await testApp({
      routes: { a: mount('/a', handler, open), b: mount('/b', writing, open) },
      errorFormat: shop,
      transport: 'socket',
    })
    for (const path of ['/a/x', '/b/x']) {
      const response = await app.request('GET', path)
      expect([response.status, response.statusText]).toEqual([500, 'Internal Server Error'])
      expect(await response.json()).toMatchObject({ shop: true })
    }
    expect(app.takeErrors()).toHaveLength(2)
  })
})

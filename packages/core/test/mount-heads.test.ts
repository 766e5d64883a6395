import type { IncomingMessage, ServerResponse } from 'node:http'
import { mount, route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import express from 'express'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { open, requestLines } from './support.ts'

type Answer = (response: ServerResponse) => unknown
interface Asked {
  readonly line?: string
  readonly headers?: string
  readonly requestIdHeader?: string | false
}

/** Asks a mounted handler, and then a route of the app on the same connection. */
const ask = async (
  answer: Answer,
  { line = 'GET /n HTTP/1.1', headers = '', requestIdHeader }: Asked = {},
) => {
  const handler = (_: IncomingMessage, response: ServerResponse) => void answer(response)
  const requestId = requestIdHeader === undefined ? undefined : { header: requestIdHeader }
  const routes = { n: mount('/n', handler, open), own: route.get('/own', open, () => 'own') }
  const app = await testApp({ routes, transport: 'socket', requestId })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  client.write(
    `${line}\r\nHost: a\r\n${headers}\r\nGET /own HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  )
  const text = await client.closed()
  await app.app.stop()
  const at = text.indexOf('\r\n\r\n')
  const head = text.slice(0, at).toLowerCase().split('\r\n')
  const framing = head.filter((one) => /^(?:content-length|transfer-encoding|trailer):/.test(one))
  return { framing, head, rest: text.slice(at + 4), app }
}

const CHUNKED = 'transfer-encoding: chunked'
const LENGTH = 'content-length: 3'
const whole = (headers: Record<string, string | string[]>, status = 200): Answer => {
  return (response) => response.writeHead(status, headers).end('abc')
}
const both = whole({ 'Transfer-Encoding': 'chunked', 'Content-Length': '3' })

const CHUNKS = '3\r\nabc\r\n0\r\n\r\n'

describe('the answer of a mounted handler has one framing', () => {
  it.each<[string, Answer, string[], string]>([
    ['chunks and a length', both, [CHUNKED], CHUNKS],
    [
      'chunks and a wrong length',
      whole({ 'transfer-encoding': 'chunked', 'content-length': '99' }),
      [CHUNKED],
      CHUNKS,
    ],
    ['chunks twice', whole({ 'transfer-encoding': ['chunked', 'chunked'] }), [CHUNKED], CHUNKS],
    [
      'another coding behind chunks',
      whole({ 'transfer-encoding': 'chunked, x' }),
      ['transfer-encoding: x, chunked'],
      CHUNKS,
    ],
    ['another coding alone', whole({ 'transfer-encoding': 'x' }), ['transfer-encoding: x, chunked'], CHUNKS],
    ['a coding that is none', whole({ 'transfer-encoding': 'Identity' }), [CHUNKED], CHUNKS],
    ['one length twice', whole({ 'content-length': ['3', '3'] }), [LENGTH], 'abc'],
    ['one length in a list', whole({ 'content-length': '3, 3' }), [LENGTH], 'abc'],
    ['a trailer', whole({ trailer: 'x' }), ['trailer: x', CHUNKED], CHUNKS],
    ['a length and a trailer', whole({ 'content-length': '3', trailer: 'x' }), [LENGTH], 'abc'],
    ['a length without a body', whole({ 'content-length': '3' }, 204), [], ''],
    ['both without a body', whole({ 'transfer-encoding': 'chunked', 'content-length': '3' }, 204), [], ''],
    ['chunks of what has not changed', whole({ 'transfer-encoding': 'chunked' }, 304), [], ''],
  ])('when it sets %s', async (_, answer, expected, body) => {
    const { framing, rest, app } = await ask(answer)
    const [sent, next] = rest.split('HTTP/1.1 200')
    expect([framing, sent, next?.endsWith('own')]).toEqual([expected, body, true])
    await app.close()
  })

  it.each<[string, Answer]>([
    ['both', both],
    [
      'both in a list',
      (one) => one.writeHead(200, ['content-length', '3', 'transfer-encoding', 'chunked']).end('abc'),
    ],
  ])('when it sets %s and the app sets no header', async (_, answer) => {
    const { framing, rest, app } = await ask(answer, { requestIdHeader: false })
    expect([framing, rest.startsWith(CHUNKS)]).toEqual([[CHUNKED], true])
    await app.close()
  })

  it.each<[string, Answer, string[]]>([
    ['both', both, [CHUNKED]],
    ['two lengths', whole({ 'content-length': ['3', '4'] }), []],
    ['a trailer', whole({ trailer: 'x' }), []],
  ])('when it sets %s for HEAD', async (_, answer, expected) => {
    const { framing, rest, app } = await ask(answer, { line: 'HEAD /n HTTP/1.1' })
    expect([framing, rest.startsWith('HTTP/1.1 200'), rest.endsWith('own')]).toEqual([expected, true, true])
    await app.close()
  })

  it.each<[string, Answer, string[]]>([
    ['both', both, [LENGTH]],
    ['chunks and a trailer', whole({ 'transfer-encoding': 'chunked', trailer: 'x' }), []],
    ['neither', (one) => (one.write('abc'), one.end()), []],
  ])('when it sets %s for HTTP/1.0, which knows no chunks', async (_, answer, expected) => {
    const { framing, rest, app } = await ask(answer, {
      line: 'GET /n HTTP/1.0',
      headers: 'TE: chunked\r\n',
    })
    expect([framing, rest]).toEqual([expected, 'abc'])
    await app.close()
  })

  it('when it sets two lengths, is broken off', async () => {
    const { rest, framing, app } = await ask(whole({ 'content-length': ['4', '3'] }))
    expect([framing, rest.includes('own')]).toEqual([[], false])
    expect(app.takeErrors()).toMatchObject([
      { err: { message: 'The handler sends a different length than its content-length promises.' } },
    ])
  })

  it('in Express and Koa', async () => {
    const web = express()
    web.use((_request, response) => {
      response
        .set({ 'content-length': '3', 'transfer-encoding': 'chunked', 'x-request-id': 'theirs' })
        .end('abc')
    })
    const koa = new Koa()
    koa.use((ctx) => {
      ctx.set({ 'content-length': '3', 'transfer-encoding': 'chunked', 'x-request-id': 'theirs' })
      ctx.res.end('abc')
    })
    const routes = { web: mount('/web', web, open), koa: mount('/koa', koa.callback(), open) }
    const app = await testApp({ routes, transport: 'socket' })
    for (const path of ['/web', '/koa']) {
      const { headers } = await app.request('GET', path)
      expect([headers.get('content-length'), headers.get('transfer-encoding')]).toEqual([null, 'chunked'])
      expect(headers.get('x-request-id')).not.toContain('theirs')
    }
    await app.close()
  })
})

describe('the id in the answer of a mounted handler is that of the log', () => {
  const set =
    (name: string): Answer =>
    (one) =>
      one.setHeader(name, 'theirs').end('abc')
  it.each<[string, Answer, (string | false)?]>([
    ['that sets its own', set('x-request-id')],
    ['that sets its own in another case', set('X-Request-Id')],
    ['that sets its own by writeHead', whole({ 'X-Request-ID': 'theirs' })],
    ['that sets its own in a list', (one) => one.writeHead(200, ['x-request-id', 'theirs']).end('abc')],
    ['that adds one', (one) => one.appendHeader('x-request-id', 'theirs').end('abc')],
    ['that removes it', (one) => (one.removeHeader('x-request-id'), one.end('abc'))],
    ['that sets it under the name that the app chose', set('X-Trace'), 'x-trace'],
  ])('%s', async (_, answer, requestIdHeader = 'x-request-id') => {
    const { head, app } = await ask(answer, { requestIdHeader })
    const [line] = requestLines(app)
    const name = String(requestIdHeader)
    expect(head.filter((one) => one.startsWith(`${name}:`))).toEqual([
      `${name}: ${String(line?.['requestId'])}`,
    ])
    await app.close()
  })

  it('and is the handler’s own where the app has none', async () => {
    const { head, app } = await ask(set('x-request-id'), { requestIdHeader: false })
    expect(head).toContain('x-request-id: theirs')
    await app.close()
  })
})

describe('a mounted handler that says the connection goes on', () => {
  it('is not believed where it ends', async () => {
    const { head, rest, app } = await ask(whole({ connection: 'keep-alive' }), {
      headers: 'Connection: close\r\n',
    })
    expect(head.filter((one) => one.startsWith('connection:'))).toEqual(['connection: close'])
    expect(rest).toContain('abc')
    expect(rest).not.toContain('own')
    await app.close()
  })
})

describe('a mounted handler that names a protocol', () => {
  it('has the connection say so, too (RFC 9110 §7.8)', async () => {
    for (const [headers, connection] of [
      ['', 'upgrade'],
      ['Connection: close\r\n', 'upgrade, close'],
    ] as const) {
      const { head, app } = await ask(whole({ upgrade: 'websocket' }, 426), { headers })
      expect(head.filter((one) => one.startsWith('connection:'))).toEqual([`connection: ${connection}`])
      await app.close()
    }
  })
})

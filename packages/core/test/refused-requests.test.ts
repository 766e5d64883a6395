import { errorFormat, middleware, route } from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/spi'
import { testApp, type TestAppOptions } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, requestLines } from './support.ts'
import { RawClient, tryParseResponse, type RawResponse } from './server-support.ts'

const HOST = 'Host: a\r\n'
const routes = { ask: route.get('/', open, () => 'ok'), tell: route.post('/', open, () => 'ok') }

/** What a running app answers to bytes, and what it logs. */
async function send(bytes: string, options: Partial<TestAppOptions<typeof routes>> = {}) {
  const test = await testApp({ routes, transport: 'socket', ...options })
  const client = new RawClient(Number(new URL(test.baseUrl).port))
  const text = await client.write(bytes).closed()
  await test.close()
  const answer = tryParseResponse(text) as RawResponse & { readonly rest: string }
  return { text, answer, lines: test.log.lines, ended: requestLines(test) }
}

describe('a request that is refused before it has a route', () => {
  it.each([
    ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['TRACE with a path that has a route', `TRACE /?a HTTP/1.1\r\n${HOST}\r\n`, 501],
    [
      'an unsupported transfer coding',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      501,
    ],
    ['an unknown version', `GET / HTTP/1.2\r\n${HOST}\r\n`, 505],
    ['an unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['CONNECT', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['an expectation', `GET / HTTP/1.1\r\n${HOST}Expect: foo\r\n\r\n`, 417],
  ])('by %s is one line at info, without a stack', async (_, bytes, status) => {
    const { answer, lines } = await send(bytes)
    expect(answer.status).toBe(status)
    const told = lines.filter((line) => line['status'] !== undefined)
    expect(told).toMatchObject([{ level: 30, status, requestId: answer.headers.get('x-request-id') }])
    expect(lines.filter((line) => line.level > 30 || 'err' in line)).toEqual([])
  })

  it.each([
    ['method', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, /TRACE/],
    ['unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`, /The method is not supported/],
    [
      'transfer coding',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n`,
      /Transfer-Encoding gzip, chunked/,
    ],
    ['version', `GET / HTTP/1.2\r\n${HOST}\r\n`, /Only HTTP\/1\.1 and HTTP\/1\.0/],
    ['expectation', `GET / HTTP/1.1\r\n${HOST}Expect: foo\r\n\r\n`, /foo/],
  ])('tells the client what is wrong with its %s', async (_, bytes, detail) => {
    const { answer } = await send(bytes)
    expect(JSON.parse(answer.body)).toMatchObject({ detail: expect.stringMatching(detail) })
  })

  it('is an error of ours when the answer fails', async () => {
    const broken = middleware({
      name: 'broken',
      stage: 'respond',
      transform: () => {
        throw new Error('mine')
      },
    })
    const test = await testApp({ routes, use: [broken], transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    const text = await client.write(`TRACE / HTTP/1.1\r\n${HOST}\r\n`).closed()
    await test.app.stop()
    expect(tryParseResponse(text)?.status).toBe(500)
    expect(test.takeErrors()).toHaveLength(1)
    expect(requestLines(test)).toMatchObject([{ level: 50, status: 500 }])
  })
})

describe('an answer of the parser', () => {
  it.each([
    ['400', `GET / HTTP/1.1\r\n${HOST}no header\r\n\r\n`, 400],
    ['431', `GET / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['501', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['505', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ])('with %s carries the id that is logged', async (_, bytes, status) => {
    const { answer, lines } = await send(bytes)
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.parse(answer.body)).toMatchObject({ status, requestId: id })
    expect(lines.find((line) => line['event'] === 'parse-error')).toMatchObject({ requestId: id, status })
  })

  it('with 408 carries it, too', async () => {
    const limits = { headersTimeoutMs: 50 }
    const { answer } = await send('GET / HTTP/1.1\r\n', { server: { limits } })
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([
      408,
      (JSON.parse(answer.body) as { requestId: string }).requestId,
    ])
  })

  it('has the id and the header that the app asks for', async () => {
    const bytes = `GET / HTTP/1.1\r\n${HOST}no header\r\n\r\n`
    const made = await send(bytes, { requestId: { header: 'X-Trace-Me', generate: () => 'mine' } })
    expect([made.answer.headers.get('x-trace-me'), made.answer.headers.has('x-request-id')]).toEqual([
      'mine',
      false,
    ])
    const none = await send(bytes, { requestId: { header: false } })
    expect(none.text).not.toContain('x-request-id')
  })

  it.each([
    ['a header that is not one', `HEAD / HTTP/1.1\r\n${HOST}no header\r\n\r\n`, 400],
    ['a header that is too long', `HEAD / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'both ways of framing',
      `HEAD / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    ['two lengths', `HEAD / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
    ['an unknown version', `HEAD / HTTP/3.7\r\n${HOST}\r\n`, 505],
    ['empty lines before it', `\r\n\r\nHEAD / HTTP/1.1\r\n${HOST}no header\r\n\r\n`, 400],
    ['a missing host, by the guard', 'HEAD / HTTP/1.1\r\n\r\n', 400],
  ])('to HEAD with %s has no body', async (_, bytes, status) => {
    const { text } = await send(bytes)
    expect(text.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    expect(text.toLowerCase()).toContain('x-request-id: ')
  })

  it('to a malformed HEAD in a pipeline has no body, and to a malformed GET behind HEAD has one', async () => {
    const bad = `no header\r\n\r\n`
    const get = `GET / HTTP/1.1\r\n${HOST}`
    const head = `HEAD / HTTP/1.1\r\n${HOST}`
    expect((await send(`${get}\r\n${head}${bad}`)).text.endsWith('\r\n\r\n')).toBe(true)
    expect((await send(`${head}\r\n${get}${bad}`)).text.endsWith('}')).toBe(true)
  })

  const terse = errorFormat({
    mediaType: 'application/vnd.terse+json',
    schema: {},
    write: ({ code }, { requestId }) => ({ code, requestId }),
    read: () => undefined,
  })
  const long = 'a'.repeat(20_000)
  it.each([
    ['400', `GET / HTTP/1.1\r\n${HOST}no header\r\n\r\n`, 'ERR_CORE_BAD_REQUEST'],
    ['408', 'GET / HTTP/1.1\r\n', 'ERR_CORE_REQUEST_TIMEOUT'],
    ['414', `GET /${long} HTTP/1.1\r\n${HOST}\r\n`, 'ERR_CORE_URI_TOO_LONG'],
    ['414 of the guard', `GET /${long.slice(0, 9_000)} HTTP/1.1\r\n${HOST}\r\n`, 'ERR_CORE_URI_TOO_LONG'],
    ['431', `GET / HTTP/1.1\r\n${HOST}X: ${long}\r\n\r\n`, 'ERR_CORE_HEADERS_TOO_LARGE'],
    ['501', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 'ERR_CORE_NOT_IMPLEMENTED'],
    ['501 for CONNECT', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`, 'ERR_CORE_NOT_IMPLEMENTED'],
    ['505', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'ERR_CORE_HTTP_VERSION_NOT_SUPPORTED'],
  ])(
    'with %s is in the format of the app, also where the server has none of its own',
    async (_, bytes, code) => {
      const server = { limits: { headersTimeoutMs: 100 }, errorFormat: undefined, log: undefined }
      const { answer, lines } = await send(bytes, { errorFormat: terse, server })
      const requestId = answer.headers.get('x-request-id')
      expect(answer.headers.get('content-type')).toBe('application/vnd.terse+json')
      expect(JSON.parse(answer.body)).toEqual({ code, requestId })
      expect(lines.find((line) => line['requestId'] === requestId)).toBeDefined()
    },
  )

  it('is in the format of the server, and told to its log, where it has these', async () => {
    const { log, lines } = createMemoryLogger()
    const server = { errorFormat: terse, log }
    const sent = await send(`GET / HTTP/1.1\r\n${HOST}no header\r\n\r\n`, { server })
    expect(sent.answer.headers.get('content-type')).toBe('application/vnd.terse+json')
    expect(lines).toMatchObject([{ event: 'parse-error' }])
    expect(sent.lines.filter((line) => line['event'] === 'parse-error')).toEqual([])
  })

  it('is a plain 500 where the format fails, which is logged', async () => {
    const failing = errorFormat({
      mediaType: 'application/json',
      schema: {},
      write: () => {
        throw new Error('no words')
      },
      read: () => undefined,
    })
    const test = await testApp({ routes, errorFormat: failing, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    const text = await client.write(`GET / HTTP/1.1\r\n${HOST}no header\r\n\r\n`).closed()
    expect(text.startsWith('HTTP/1.1 500 ')).toBe(true)
    expect(test.takeErrors()).toMatchObject([
      { msg: 'The error format failed.', err: { message: 'no words' } },
    ])
    await test.close()
  })
})

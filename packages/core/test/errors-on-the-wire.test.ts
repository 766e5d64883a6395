import {
  BadRequestError,
  ConflictError,
  createApp,
  defineError,
  errorFormat,
  FrameworkError,
  InternalError,
  MethodNotAllowedError,
  problemDetails,
  reply,
  route,
  router,
  ServiceUnavailableError,
  t,
  TooManyRequestsError,
  UnauthorizedError,
  type ErrorFormat,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, requestLines, transports } from './support.ts'

const OrderClosed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ at: t.String() }),
})
const Outage = defineError('OUTAGE', { status: 503, title: 'Out of order' })

/** A format like those of older APIs: always 200 but for the server's own faults, code and text in an envelope. */
const envelope = errorFormat({
  mediaType: 'application/vnd.shop.error+json',
  schema: t.Object({ ok: t.Literal(false), code: t.String() }),
  status: ({ status }) => (status < 500 ? 200 : status),
  write: (error, { requestId }) => ({ ok: false, ...error, requestId }),
  read: () => undefined,
})

describe.each(transports)('an error on the wire, %s', (transport) => {
  const ask = async (thrown: unknown, options: object = {}) => {
    const routes = {
      a: route.get('/', open, () => {
        throw thrown
      }),
    }
    const app = await testApp({ routes, transport, ...options })
    const response = await app.request('GET', '/')
    const text = await response.text()
    await app.app.stop()
    return {
      status: response.status,
      headers: response.headers,
      text,
      told: JSON.parse(text) as Record<string, unknown>,
      errors: app.takeErrors(),
      lines: requestLines(app),
      all: app.log.lines,
    }
  }

  it('is a problem by RFC 9457, with code and request id', async () => {
    const { status, headers, told, errors, lines } = await ask(new ConflictError('Somebody was faster'))
    expect([status, headers.get('content-type')]).toEqual([409, 'application/problem+json'])
    expect(told).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'Somebody was faster',
      code: 'ERR_CORE_CONFLICT',
      requestId: headers.get('x-request-id'),
    })
    expect(errors).toEqual([])
    expect(lines).toMatchObject([{ level: 30, status: 409, errorCode: 'ERR_CORE_CONFLICT' }])
  })

  it('has the details that it declares, and links to its page', async () => {
    const thrown = new OrderClosed({
      message: 'Order 7 is closed',
      details: { at: 'noon' },
      cause: new Error('secretName'),
    })
    const { told, text } = await ask(thrown, {
      errorFormat: problemDetails({ typeBaseUrl: 'https://docs.test/errors#' }),
    })
    expect(told).toMatchObject({
      type: 'https://docs.test/errors#ORDER_CLOSED',
      title: 'The order is closed',
      detail: 'Order 7 is closed',
      details: { at: 'noon' },
    })
    expect(text).not.toContain('secretName')
  })

  it.each<[string, FrameworkError, Record<string, string>]>([
    [
      '401',
      new UnauthorizedError('no', { challenge: 'Basic realm="shop"' }),
      { 'www-authenticate': 'Basic realm="shop"' },
    ],
    [
      '401 of a route that nothing authenticates',
      new UnauthorizedError(),
      { 'www-authenticate': 'Unspecified realm="app"' },
    ],
    ['429', new TooManyRequestsError('slow down', { retryAfterSeconds: 7 }), { 'retry-after': '7' }],
    ['503', new ServiceUnavailableError('later', { retryAfterSeconds: 1.2 }), { 'retry-after': '2' }],
    ['405', new MethodNotAllowedError('no', { allow: ['GET', 'PUT'] }), { allow: 'GET, PUT' }],
    [
      'one of its own',
      new BadRequestError('no', {
        headers: { 'x-why': 'so', 'Content-Type': 'text/evil', connection: 'close', 'x-bad': 'a\r\nb: c' },
      }),
      { 'x-why': 'so', 'content-type': 'application/problem+json' },
    ],
  ])('carries the headers of a %s', async (_, thrown, expected) => {
    const { headers } = await ask(thrown)
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, headers.get(name)]))).toEqual(
      expected,
    )
    expect([headers.get('x-bad'), headers.get('b')]).toEqual([null, null])
  })

  it.each<[string, unknown]>([
    ['an Error', new TypeError('secretName')],
    ['a string', 'secretName'],
    ['null', null],
    ['undefined', undefined],
    [
      'an error with a status of its own',
      Object.assign(new Error('secretName'), {
        status: 404,
        statusCode: 404,
        expose: true,
        code: 'secretName',
      }),
    ],
    [
      'an error whose cause has a status',
      new Error('secretName', { cause: new ConflictError('secretName') }),
    ],
    ['a Response', new Response('secretName', { status: 200 })],
    ['a reply', reply(200, 'secretName')],
    [
      'an error whose message cannot be read',
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('secretName')
        },
      }),
    ],
    ['an InternalError', new InternalError('secretName', { details: { secretName: 1 } })],
    ['an error of 503 that is not exposed', new Outage({ message: 'secretName' })],
  ])('tells the client nothing of %s, and the log everything', async (_, thrown) => {
    const { status, text, lines, all } = await ask(thrown)
    expect(status).toBe(thrown instanceof Outage ? 503 : 500)
    expect(text).not.toContain('secretName')
    const [failed] = all.filter((line) => line.msg === 'The request failed.')
    expect(failed).toMatchObject({
      level: status === 503 ? 40 : 50,
      requestId: lines[0]?.['requestId'],
      code: status === 503 ? 'OUTAGE' : 'ERR_CORE_INTERNAL',
    })
    expect(lines).toMatchObject([{ level: 50, status }])
  })

  it('is written in the format of its app, whose status does not change the log', async () => {
    const { status, headers, told, lines } = await ask(new OrderClosed({ details: { at: 'noon' } }), {
      errorFormat: envelope,
    })
    expect([status, headers.get('content-type')]).toEqual([200, 'application/vnd.shop.error+json'])
    expect(told).toMatchObject({ ok: false, code: 'ORDER_CLOSED', status: 409, details: { at: 'noon' } })
    expect(lines).toMatchObject([{ errorCode: 'ORDER_CLOSED' }])
  })

  it('is written in the format of the nearest router, else the app', async () => {
    const fail = () => {
      throw new ConflictError()
    }
    const routes = {
      a: route.get('/a', open, fail),
      in: router(
        '/in',
        { errorFormat: envelope },
        {
          a: route.get('/a', open, fail),
          deep: router('/deep', { a: route.get('/', open, fail) }),
          back: router('/back', { errorFormat: problemDetails() }, { a: route.get('/', open, fail) }),
        },
      ),
    }
    await using app = await testApp({ routes, transport })
    const types = await Promise.all(
      ['/a', '/in/a', '/in/deep', '/in/back', '/in/none'].map(async (path) =>
        (await app.request('GET', path)).headers.get('content-type'),
      ),
    )
    expect(types).toEqual([
      'application/problem+json',
      envelope.mediaType,
      envelope.mediaType,
      'application/problem+json',
      envelope.mediaType,
    ])
  })

  it('cannot be made to leak by a format: it gets only what may be told', async () => {
    const seen: unknown[] = []
    const curious = errorFormat({
      mediaType: 'application/json',
      schema: {},
      write: (error) => (seen.push(error), error),
      read: () => undefined,
    })
    const { text } = await ask(new TypeError('secretName'), { errorFormat: curious })
    expect(text).not.toContain('secretName')
    expect(seen).toEqual([
      {
        code: 'ERR_CORE_INTERNAL',
        status: 500,
        title: 'Internal Server Error',
        detail: undefined,
        details: undefined,
        errors: undefined,
      },
    ])
  })

  it.each<[string, Partial<ErrorFormat>]>([
    [
      'throws',
      {
        write: () => {
          throw new Error('format failed')
        },
      },
    ],
    ['gives what is no JSON', { write: () => 1n }],
    ['gives nothing', { write: () => undefined }],
    ['gives a status that is none', { status: () => 99 }],
  ])('is a plain 500 when the format %s; both errors are logged', async (_, broken) => {
    const format = errorFormat({
      mediaType: 'application/json',
      schema: {},
      write: () => ({}),
      read: () => undefined,
      ...broken,
    })
    const { status, headers, told, text, errors } = await ask(new ConflictError('first error'), {
      errorFormat: format,
    })
    expect([status, headers.get('content-type')]).toEqual([500, 'application/problem+json'])
    expect(told).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'ERR_CORE_INTERNAL',
      requestId: headers.get('x-request-id'),
    })
    expect(text).not.toContain('first error')
    expect(JSON.stringify(errors)).toContain('first error')
  })

  it('lists what is wrong with the input', async () => {
    const routes = { a: route.get('/', { ...open, query: { page: t.Integer() } }, () => 1) }
    await using app = await testApp({ routes, transport })
    const told = await (await app.request('GET', '/?page=x')).json()
    expect(told).toMatchObject({
      code: 'ERR_CORE_VALIDATION',
      status: 400,
      errors: [{ in: 'query', pointer: '/page', message: expect.any(String) }],
    })
    expect(told).not.toHaveProperty('details')
  })

  it('does not quote what was sent', async () => {
    const routes = { a: route.post('/', { ...open, body: t.Object({ password: t.Integer() }) }, () => 1) }
    const app = await testApp({ routes, transport })
    const texts = await Promise.all(
      ['{"password":"hunter2"}', '{"password":hunter2}'].map(async (body) =>
        (await app.request('POST', '/', { headers: { 'content-type': 'application/json' }, body })).text(),
      ),
    )
    await app.close()
    expect(texts.join(' ') + JSON.stringify(app.log.lines)).not.toContain('hunter2')
  })
})

describe('a copy of an error format that cannot be written', () => {
  const copy = { ...envelope, mediaType: 'application/json\r\nx-injected: y' }
  it.each([
    ['the app', { errorFormat: copy, routes: {} }],
    ['a router', { routes: { a: router('/a', { errorFormat: copy }, {}) } }],
  ])('stops the start, given to %s', (_, options) => {
    expect(() => createApp({ log: false, ...options }).check()).toThrow(
      /must be a format that errorFormat\(\) made/,
    )
  })
})

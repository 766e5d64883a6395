import { describe, expect, it } from 'vitest'
import {
  BadRequestError,
  describeThrown,
  errorFormat,
  FrameworkError,
  NotFoundError,
  problemDetails,
  problemFormat,
  renderError,
  SetupError,
  type ErrorFormatOptions,
} from './index.ts'

const info = { requestId: 'r-1' }
const options: ErrorFormatOptions = {
  mediaType: 'application/json',
  schema: { type: 'object' },
  write: (error) => ({ error: error.code }),
  read: () => undefined,
}

describe('problemFormat', () => {
  it('writes an error by RFC 9457 with its code and the request id', () => {
    const rendered = renderError(
      describeThrown(new NotFoundError('No order 7', { details: { id: 7 } })),
      problemFormat,
      info,
    )
    expect(rendered).toMatchObject({ status: 404, mediaType: 'application/problem+json', failure: undefined })
    expect(JSON.parse(rendered.body)).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No order 7',
      code: 'ERR_CORE_NOT_FOUND',
      requestId: 'r-1',
      details: { id: 7 },
    })
  })

  it('writes an unknown throw without anything of it', () => {
    const { body, status } = renderError(describeThrown(new Error('secret')), problemFormat, info)
    expect(status).toBe(500)
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'ERR_CORE_INTERNAL',
      requestId: 'r-1',
    })
  })

  it('names the occurrence when it is given', () => {
    const body = problemFormat.write(describeThrown(new NotFoundError()), { ...info, instance: '/orders/7' })
    expect(body).toMatchObject({ instance: '/orders/7' })
  })

  it('writes what is wrong with the input as errors', () => {
    const issues = [{ in: 'query', pointer: '/limit', message: 'must be a number' }]
    const thrown = new FrameworkError({
      code: 'ERR_CORE_VALIDATION',
      status: 400,
      title: 'x',
      details: issues,
    })
    const body = problemFormat.write(describeThrown(thrown), info)
    expect(body).toMatchObject({ errors: issues })
    expect(body).not.toHaveProperty('details')
    expect(problemFormat.read(body, 400)?.details).toEqual(issues)
  })

  it('reads back what it wrote', () => {
    const described = describeThrown(new BadRequestError('Too odd', { details: [1] }))
    const body: unknown = JSON.parse(renderError(described, problemFormat, info).body)
    expect(problemFormat.read(body, 400)).toEqual({
      code: 'ERR_CORE_BAD_REQUEST',
      status: 400,
      title: 'Bad Request',
      detail: 'Too odd',
      details: [1],
      requestId: 'r-1',
    })
  })

  it.each([undefined, null, 'x', 1, [], {}, { code: 1 }, { code: '' }, { title: 'Not Found', status: 404 }])(
    'does not take %j for one of its own',
    (body) => {
      expect(problemFormat.read(body, 404)).toBeUndefined()
    },
  )

  it('ignores members of the wrong type and believes the status of the answer', () => {
    expect(problemFormat.read({ code: 'A', title: 1, detail: {}, requestId: 1, status: 200 }, 409)).toEqual({
      code: 'A',
      status: 409,
      title: 'A',
      detail: undefined,
      details: undefined,
      requestId: undefined,
    })
  })

  it('makes the type from a base URL and the code', () => {
    const format = problemDetails({ typeBaseUrl: 'https://docs.example.com/errors#' })
    expect(format.write(describeThrown(new NotFoundError()), info)).toMatchObject({
      type: 'https://docs.example.com/errors#ERR_CORE_NOT_FOUND',
    })
  })

  it.each(['https://docs.example.com/errors', '', 'a b/', 7 as never])(
    'refuses the base URL %j',
    (typeBaseUrl) => {
      expect(() => problemDetails({ typeBaseUrl })).toThrow(/ERR_CORE_ERROR_FORMAT/)
    },
  )
})

describe('errorFormat', () => {
  it('gives a frozen value', () => {
    expect(Object.isFrozen(errorFormat(options))).toBe(true)
  })

  it('tells all that is wrong with a format', () => {
    const define = () => errorFormat({ mediaType: 'text/html', status: 400 } as never)
    expect(define).toThrow(SetupError)
    expect(define).toThrow(/5 problems/)
  })

  it.each(['application/json', 'application/problem+json', 'application/vnd.shop.error+json; charset=utf-8'])(
    'takes %s',
    (mediaType) => {
      expect(errorFormat({ ...options, mediaType }).mediaType).toBe(mediaType)
    },
  )

  it.each(['', 'json', 'text/plain', 'application/json\r\nx: y', 'application/xml'])(
    'refuses the media type %j',
    (mediaType) => {
      expect(() => errorFormat({ ...options, mediaType })).toThrow(SetupError)
    },
  )
})

describe('renderError', () => {
  it('gives a format only what may leave the server', () => {
    let seen: object = {}
    const spy = errorFormat({ ...options, write: (error) => ((seen = error), {}) })
    const secret = new FrameworkError({
      code: 'X',
      status: 404,
      title: 'T',
      message: 's3cret',
      details: 's3cret',
      expose: false,
      cause: 's3cret',
    })
    renderError(describeThrown(secret), spy, info)
    expect(Object.values(seen)).toEqual(['X', 404, 'T', undefined, undefined, undefined])
  })

  it('lets a format map the status', () => {
    const teapot = errorFormat({ ...options, status: (error) => (error.status === 404 ? 410 : error.status) })
    expect(renderError(describeThrown(new NotFoundError()), teapot, info)).toMatchObject({
      status: 410,
      body: '{"error":"ERR_CORE_NOT_FOUND"}',
    })
    expect(renderError(describeThrown(new BadRequestError()), teapot, info).status).toBe(400)
  })

  const circular: { self?: unknown } = {}
  circular.self = circular
  it.each([
    ['throws', () => { throw new Error('s3cret') }], // prettier-ignore
    ['throws undefined', () => { throw undefined }], // prettier-ignore
    ['gives a BigInt', () => ({ n: 1n })],
    ['gives a circle', () => circular],
    ['gives nothing', () => undefined],
    ['gives a promise', async () => ({})],
    ['gives a promise that is rejected', () => Promise.reject(new Error('s3cret'))],
  ])('falls back to a bare 500 when write %s', (_, write) => {
    const rendered = renderError(
      describeThrown(new NotFoundError('s3cret')),
      errorFormat({ ...options, write }),
      info,
    )
    expect(rendered).toMatchObject({ status: 500, mediaType: 'application/problem+json' })
    expect(rendered.failure).toBeDefined()
    expect(JSON.parse(rendered.body)).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'ERR_CORE_INTERNAL', requestId: 'r-1' }) // prettier-ignore
  })

  it.each([100, 204, 302, 600, Number.NaN, '404' as never, Promise.resolve(400) as never])(
    'falls back when the format asks for status %s',
    (status) => {
      const rendered = renderError(
        describeThrown(new NotFoundError()),
        errorFormat({ ...options, status: () => status }),
        info,
      )
      expect(rendered.status).toBe(500)
      expect(String(rendered.failure)).toContain('status()')
    },
  )
})

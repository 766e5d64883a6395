import { STATUS_CODES } from 'node:http'
import { describe, expect, it } from 'vitest'
import * as errors from './index.ts'
import { FrameworkError, type HttpErrorClass } from './index.ts'

// Cast: the exports are of many kinds, and those with the statics of a definition are the classes meant.
const classes = Object.entries(errors).filter(([, value]) => 'detailsSchema' in value) as unknown as [
  string,
  HttpErrorClass,
][]

describe('HTTP error classes', () => {
  it('exist for each status that people use', () => {
    const statuses = classes.map(([, c]) => c.status)
    expect(statuses).toEqual(
      expect.arrayContaining([400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414]),
    )
    expect(statuses).toEqual(
      expect.arrayContaining([415, 417, 422, 428, 429, 431, 499, 500, 501, 502, 503, 504]),
    )
  })

  it('have one code each', () => {
    const codes = classes.map(([, c]) => c.code)
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(code).toMatch(/^ERR_CORE_[A-Z_]+$/)
  })

  // Node still has the phrases of RFC 7231 and RFC 4918 for these.
  const renamed: Record<number, string> = {
    413: 'Content Too Large',
    422: 'Unprocessable Content',
    499: 'Client Closed Request',
  }

  // What it means is more than its status.
  const titled: Record<string, string> = { InvalidCursorError: 'invalid cursor' }

  it.each(classes)('%s has the reason phrase as its title and knows itself', (name, HttpError) => {
    const error = new HttpError('what happened', { allow: ['GET'], upgrade: ['websocket'] } as object)
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(FrameworkError)
    expect(error.name).toBe(name)
    expect(error.message).toBe('what happened')
    const phrase = renamed[error.status] ?? STATUS_CODES[error.status]!
    expect(error.title.toLowerCase()).toBe(titled[name] ?? phrase.toLowerCase())
    expect([error.code, error.status, error.title]).toEqual([
      HttpError.code,
      HttpError.status,
      HttpError.title,
    ])
    expect(error.expose).toBe(error.status < 500)
    expect(HttpError.is(error)).toBe(true)
    expect(classes.filter(([, other]) => other.is(error))).toHaveLength(1)
  })

  it('keep details, cause and headers', () => {
    const cause = new Error('deeper')
    const error = new errors.ConflictError('Taken', {
      details: { by: 'Ann' },
      cause,
      headers: { 'x-a': '1' },
    })
    expect(error).toMatchObject({ details: { by: 'Ann' }, cause, headers: { 'x-a': '1' } })
  })

  it('use the title as the message when there is none', () => {
    expect(new errors.NotFoundError().message).toBe('Not Found')
  })

  it('can be shown or hidden against the rule', () => {
    expect(new errors.ServiceUnavailableError('Back at noon', { expose: true }).expose).toBe(true)
    expect(new errors.ForbiddenError('secret reason', { expose: false }).expose).toBe(false)
  })

  it('carry the headers that their RFC demands', () => {
    expect(new errors.UnauthorizedError().headers).toBeUndefined()
    expect(new errors.UnauthorizedError('x', { challenge: 'Basic realm="a"' }).headers).toEqual({
      'www-authenticate': 'Basic realm="a"',
    })
    expect(new errors.MethodNotAllowedError(undefined, { allow: ['GET', 'HEAD'] }).headers).toEqual({
      allow: 'GET, HEAD',
    })
    expect(new errors.MethodNotAllowedError(undefined, { allow: [] }).headers).toEqual({ allow: '' })
    expect(new errors.UpgradeRequiredError(undefined, { upgrade: ['websocket'] }).headers).toEqual({
      upgrade: 'websocket',
    })
    expect(new errors.UnsupportedMediaTypeError('x', { accept: ['application/json'] }).headers).toEqual({
      accept: 'application/json',
    })
    expect(new errors.RangeNotSatisfiableError('x', { lengthBytes: 10 }).headers).toEqual({
      'content-range': 'bytes */10',
    })
  })

  it('round retry-after up to whole seconds and never below zero', () => {
    expect(new errors.TooManyRequestsError('x', { retryAfterSeconds: 1.2 }).headers).toEqual({
      'retry-after': '2',
    })
    expect(new errors.ServiceUnavailableError('x', { retryAfterSeconds: -1 }).headers).toEqual({
      'retry-after': '0',
    })
    expect(new errors.TooManyRequestsError('x', { retryAfterSeconds: Number.NaN }).headers).toBeUndefined()
    expect(new errors.TooManyRequestsError().headers).toBeUndefined()
  })
})

describe('FrameworkError.is', () => {
  it('knows an error of another copy of the package by its brand', () => {
    const other = Object.assign(new Error('x'), {
      [Symbol.for('keelson.error')]: true,
      code: 'ERR_CORE_NOT_FOUND',
    })
    expect(FrameworkError.is(other)).toBe(true)
    expect(errors.NotFoundError.is(other)).toBe(true)
  })

  it.each([undefined, null, 'x', 1, {}, new Error('x'), { code: 'ERR_CORE_NOT_FOUND', status: 404 }])(
    'refuses %s',
    (value) => {
      expect(FrameworkError.is(value)).toBe(false)
      expect(errors.NotFoundError.is(value)).toBe(false)
    },
  )

  it('refuses a revoked proxy without throwing', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(FrameworkError.is(proxy)).toBe(false)
  })
})

describe('FrameworkError.toJSON', () => {
  it('has code, status and message, never details or cause', () => {
    expect(
      JSON.parse(JSON.stringify(new errors.GoneError('x', { details: 's3cret', cause: 's3cret' }))),
    ).toEqual({
      code: 'ERR_CORE_GONE',
      status: 410,
      message: 'x',
    })
  })
})

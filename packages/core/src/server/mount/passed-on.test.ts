import { describe, expect, it } from 'vitest'
import { ConflictError } from '../../errors/index.ts'
import { toPassedOn } from './passed-on.ts'

/** An error in the way of `http-errors`. */
const httpError = (status: unknown, more: object = {}): Error =>
  Object.assign(new Error('table users is locked'), { status, expose: true, ...more })

describe('what a mounted handler passes on', () => {
  it.each([undefined, null, 'route', 'router'])('is not found where it is %j', (passed) => {
    expect(toPassedOn(passed)).toMatchObject({ status: 404 })
  })

  it('is an internal error where it is not an error', () => {
    expect(toPassedOn('failed')).toMatchObject({ status: 500, cause: 'failed' })
  })

  it('stays what it is where it is an error of ours', () => {
    const error = new ConflictError('Taken.')
    expect(toPassedOn(error)).toBe(error)
  })

  it.each([400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429])(
    'keeps the status %i, not the message',
    (status) => {
      const cause = httpError(status)
      const error = toPassedOn(cause)
      expect(error).toMatchObject({ status, cause })
      expect(error.message).not.toContain('users')
    },
  )

  it.each([418, 460, 499])('is a bad request for the status %i, which has no class', (status) => {
    expect(toPassedOn(httpError(status))).toMatchObject({ status: 400 })
  })

  it.each([
    ['of a server', httpError(503)],
    ['below 400', httpError(302)],
    ['that is not a number', httpError('404')],
    ['that may not be shown', httpError(404, { expose: false })],
    ['that does not say that it may be shown', httpError(404, { expose: undefined })],
  ])('stays unknown with a status %s', (_, error) => {
    expect(toPassedOn(error)).toBe(error)
  })

  it('names the methods and protocols that its headers do, whatever their case', () => {
    const headers = { Allow: 'GET, PUT', Upgrade: 'h2c', other: 5 }
    expect(toPassedOn(httpError(405, { headers }))).toMatchObject({ headers: { allow: 'GET, PUT' } })
    expect(toPassedOn(httpError(426, { headers }))).toMatchObject({ status: 426 })
  })

  it('is a bad request for 426 without a protocol, which RFC 9110 wants', () => {
    expect(toPassedOn(httpError(426))).toMatchObject({ status: 400 })
  })
})

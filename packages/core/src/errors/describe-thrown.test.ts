import { describe, expect, it } from 'vitest'
import {
  describeThrown,
  FrameworkError,
  NotFoundError,
  ServiceUnavailableError,
  SetupError,
  TooManyRequestsError,
} from './index.ts'

const internal = {
  code: 'ERR_CORE_INTERNAL',
  status: 500,
  title: 'Internal Server Error',
  detail: undefined,
  details: undefined,
  errors: undefined,
  headers: undefined,
  expose: false,
  isExpected: false,
  logLevel: 'error',
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** A branded object with the given fields: what a foreign copy, or an attacker inside the process, might throw. */
function branded(fields: object): unknown {
  const sane = { code: 'ORDER_CLOSED', status: 409, title: 'Closed', message: 'Order 7', expose: true }
  return Object.defineProperties(
    { [Symbol.for('keelson.error')]: true, ...sane },
    Object.getOwnPropertyDescriptors(fields),
  )
}

class Hostile extends NotFoundError {
  override get message(): string {
    throw new Error('no message for you')
  }
}

describe('describeThrown', () => {
  it.each([
    ['a string', 'secret'],
    ['null', null],
    ['undefined', undefined],
    ['a number', 404],
    ['a symbol', Symbol('secret')],
    ['a function', () => 404],
    ['an Error', new Error('secret')],
    [
      'an Error with a status',
      Object.assign(new Error('secret'), { status: 404, statusCode: 404, expose: true, code: 'X' }),
    ],
    ['an Error whose cause is ours', new Error('secret', { cause: new NotFoundError('secret') })],
    ['an aggregate', new AggregateError([new NotFoundError('secret')], 'secret')],
    [
      'an object like ours',
      { code: 'ERR_CORE_NOT_FOUND', status: 404, title: 'x', message: 'secret', expose: true },
    ],
    ['a Response', new Response('secret', { status: 404 })],
    ['a revoked proxy', revoked()],
    ['an object with a getter that throws', { get status() { throw new Error('x') }, get [Symbol.for('keelson.error')]() { throw new Error('x') } }], // prettier-ignore
    ['ours with a getter that throws', Object.create(Hostile.prototype)],
    ['ours with status 200', branded({ status: 200 })],
    ['ours with status 600', branded({ status: 600 })],
    ['ours with status NaN', branded({ status: Number.NaN })],
    ['ours with a status in a string', branded({ status: '404' })],
    ['ours with an object as its code', branded({ code: {} })],
    ['ours without a code', branded({ code: '' })],
    ['ours with an object as its title', branded({ title: {} })],
    ['ours with headers that throw', branded({ headers: revoked() })],
  ])('makes %s an internal error that shows nothing', (_, thrown) => {
    const described = describeThrown(thrown)
    expect({ ...described, error: 0 }).toEqual({ ...internal, error: 0 })
    expect(described.error === thrown).toBe(true)
  })

  it('takes code, status, message, details and headers of our classes', () => {
    const error = new NotFoundError('No order 7', { details: { id: 7 }, headers: { 'X-Order': '7' } })
    expect(describeThrown(error)).toEqual({
      code: 'ERR_CORE_NOT_FOUND',
      status: 404,
      title: 'Not Found',
      detail: 'No order 7',
      details: { id: 7 },
      errors: undefined,
      headers: { 'x-order': '7' },
      expose: true,
      isExpected: true,
      error,
      logLevel: 'info',
    })
  })

  it('takes an error of another copy of the package', () => {
    expect(describeThrown(branded({}))).toMatchObject({
      code: 'ORDER_CLOSED',
      status: 409,
      detail: 'Order 7',
    })
  })

  it('leaves detail away when it only repeats the title', () => {
    expect(describeThrown(new NotFoundError()).detail).toBeUndefined()
  })

  it('shows neither message nor details of what is not exposed', () => {
    const thrown = new FrameworkError({
      code: 'X',
      status: 404,
      title: 'T',
      message: 'secret',
      details: 'secret',
      expose: false,
    })
    expect(describeThrown(thrown)).toMatchObject({
      code: 'X',
      status: 404,
      title: 'T',
      detail: undefined,
      details: undefined,
    })
    const start = new SetupError([{ code: 'C', place: 'p', message: 'secret', remedy: 'secret' }])
    expect(JSON.stringify({ ...describeThrown(start), error: 0 })).not.toContain('secret')
  })

  it('takes expose only when it is the boolean true', () => {
    expect(describeThrown(branded({ expose: 'no' }))).toMatchObject({ expose: false, detail: undefined })
  })

  it('reads each property once, so that what is checked is what is used', () => {
    let reads = 0
    const thrown = branded({ get status() { return reads++ === 0 ? 404 : 200 } }) // prettier-ignore
    expect(describeThrown(thrown).status).toBe(404)
  })

  it('keeps the headers of an error that is not exposed', () => {
    expect(describeThrown(new ServiceUnavailableError('x', { retryAfterSeconds: 5 }))).toMatchObject({
      detail: undefined,
      headers: { 'retry-after': '5' },
    })
  })

  it('drops headers that would split the response or that the server must set', () => {
    const headers = {
      'x-split': 'a\r\nset-cookie: b',
      'x bad': '1',
      'x-number': 1 as never,
      'Content-Length': '0',
      'transfer-encoding': 'chunked',
      'content-type': 'text/html',
      'x-unicode': '✓',
      'x-good': 'yes',
    }
    expect(describeThrown(new TooManyRequestsError('x', { headers })).headers).toEqual({ 'x-good': 'yes' })
  })

  it('lets a header of the throw win over that of the class, whatever its case', () => {
    const thrown = new TooManyRequestsError('x', { retryAfterSeconds: 1, headers: { 'Retry-After': '9' } })
    expect(describeThrown(thrown).headers).toEqual({ 'retry-after': '9' })
  })

  it('logs the mistakes of clients as info, overload as a warning, ours as errors', () => {
    expect(describeThrown(new NotFoundError()).logLevel).toBe('info')
    expect(describeThrown(new ServiceUnavailableError())).toMatchObject({
      logLevel: 'warn',
      isExpected: false,
    })
    expect(describeThrown(new FrameworkError({ code: 'X', status: 502, title: 'x' })).logLevel).toBe('error')
  })
})

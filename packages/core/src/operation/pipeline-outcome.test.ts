import { describe, expect, it } from 'vitest'
import { ConflictError, describeThrown } from '../errors/index.ts'
import { reply, ResponseHeaders } from '../route/index.ts'
import {
  checkStatus,
  isBodiless,
  isStatus,
  PipelineOutcome,
  replyHeaders,
  unpackResponse,
} from './pipeline-outcome.ts'

/** An outcome whose JSON text was made. */
function made(value: unknown): PipelineOutcome {
  const outcome = new PipelineOutcome(200, value, true, new ResponseHeaders())
  outcome['~text'] = JSON.stringify(value)
  return outcome
}

describe('an outcome', () => {
  it('has the status that it was made with, and no text yet', () => {
    expect(new PipelineOutcome(201, 'x', false, new ResponseHeaders())).toMatchObject({
      status: 201,
      '~text': undefined,
      '~wasJson': false,
    })
  })

  it('tells the code and the error of what it was rendered from', () => {
    const error = new ConflictError()
    const outcome = new PipelineOutcome(409, '', false, new ResponseHeaders(), describeThrown(error))
    expect(outcome).toMatchObject({ errorCode: 'ERR_CORE_CONFLICT', error })
    expect(made('x')).toMatchObject({ errorCode: undefined, error: undefined })
  })
})

describe('the value of an outcome', () => {
  it('is read without losing its text where it cannot be changed in place', () => {
    const outcome = made('x')
    expect(outcome.value).toBe('x')
    expect(outcome['~text']).toBe('"x"')
  })

  it('loses its text when an object is read, which may be changed in place', () => {
    const outcome = made({ a: 1 })
    expect(outcome.value).toEqual({ a: 1 })
    expect(outcome['~text']).toBeUndefined()
    expect(outcome.isJson).toBe(true)
  })

  it('is text, not JSON, where another one is set', () => {
    const outcome = made('x')
    outcome.value = 'y'
    expect(outcome).toMatchObject({ '~value': 'y', '~text': undefined, isJson: false })
  })

  it('is what it was where the same text is set again', () => {
    const outcome = made('x')
    outcome.value = 'x'
    expect(outcome).toMatchObject({ '~text': '"x"', isJson: true })
  })

  it('is written anew as JSON where the same object is set again', () => {
    const value = { a: 1 }
    const outcome = made(value)
    outcome.value = value
    expect(outcome).toMatchObject({ '~text': undefined, isJson: true })
  })
})

describe('the status of an answer', () => {
  it.each([200, 204, 404, 599])('may be %i', (status) => expect(checkStatus(status)).toBe(status))

  it.each([199, 101, 600, 200.5, Number.NaN])('is not %d', (status) => {
    expect(isStatus(status)).toBe(false)
    expect(() => checkStatus(status)).toThrow(`answered with status ${status}`)
  })

  it('allows no body with 204, 205 and 304 alone', () => {
    expect([200, 201, 204, 205, 206, 304, 404].filter(isBodiless)).toEqual([204, 205, 304])
  })
})

describe('the headers of a reply', () => {
  it('are copied, a list as several lines, undefined not at all', () => {
    const headers = { etag: '"1"', age: 5, 'set-cookie': ['a=1', 'b=2'], vary: undefined }
    expect([...replyHeaders(reply(200, '', headers))]).toEqual([
      ['etag', '"1"'],
      ['age', '5'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
  })

  it('are a list of their own where there are none, since more are put there', () => {
    const [first, second] = [replyHeaders(reply(200)), replyHeaders(reply(200))]
    first.set('etag', '"1"')
    expect(second.flat).toEqual([])
  })
})

describe('a Response that is taken apart', () => {
  it('gives its status, headers, each cookie, and its body', async () => {
    const outcome = new PipelineOutcome(200, undefined, false, new ResponseHeaders(['etag', '"old"']))
    const headers = new Headers([
      ['etag', '"new"'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    unpackResponse(outcome, new Response(Buffer.from('hi'), { status: 202, headers }))
    expect(outcome.status).toBe(202)
    expect(outcome.headers.flat).toEqual(['etag', '"new"', 'set-cookie', 'a=1', 'set-cookie', 'b=2'])
    expect(await new Response(outcome['~value'] as ReadableStream).text()).toBe('hi')
  })

  it('gives no value where it has no body', () => {
    const outcome = new PipelineOutcome(200, 'old', false, new ResponseHeaders())
    unpackResponse(outcome, new Response(null, { status: 204 }))
    expect(outcome['~value']).toBeUndefined()
  })

  it('is refused where somebody has read it or reads it', async () => {
    const read = new Response('x')
    await read.text()
    const locked = new Response('x')
    locked.body?.getReader()
    for (const response of [read, locked])
      expect(() => unpackResponse(made(''), response)).toThrow('The Response was read already.')
  })
})

import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { PipelineOutcome } from '../../operation/index.ts'
import { ResponseHeaders } from '../../route/index.ts'
import { encode } from './encode.ts'

const of = (value: unknown, ...flat: string[]): PipelineOutcome =>
  new PipelineOutcome(200, value, false, new ResponseHeaders(flat))
/** The media type that a value is sent with. */
const typeOf = (value: unknown, ...flat: string[]): string | undefined => {
  const outcome = of(value, ...flat)
  encode(outcome)
  return outcome.headers.get('content-type')
}

describe('the media type of an answer', () => {
  it.each([
    ['an object', { a: 1 }, 'application/json'],
    ['null', null, 'application/json'],
    ['a text', 'x', 'text/plain; charset=utf-8'],
    ['bytes', new Uint8Array(1), 'application/octet-stream'],
    ['a stream', Readable.from(['x']), 'application/octet-stream'],
    ['a Blob that has one', new Blob(['x'], { type: 'image/png' }), 'image/png'],
    ['a Blob that has none', new Blob(['x']), 'application/octet-stream'],
  ])('says what it is: %s', (_, value, type) => {
    expect(typeOf(value)).toBe(type)
  })

  it('is the one that was set before', () => {
    for (const value of [{ a: 1 }, 'x', new Uint8Array(1), new Blob(['x'], { type: 'image/png' })])
      expect(typeOf(value, 'content-type', 'text/csv')).toBe('text/csv')
  })

  it('is not said where there is no body', () => {
    expect(typeOf(undefined)).toBeUndefined()
    expect(encode(of(undefined))).toBeUndefined()
  })

  it('stays JSON where middleware put text or bytes in place of JSON', () => {
    for (const value of ['{"b":2}', Buffer.from('{"b":2}'), new Blob(['{"b":2}'])]) {
      const outcome = of({ a: 1 })
      encode(outcome)
      outcome.headers.delete('content-type')
      outcome.value = value
      encode(outcome)
      expect(outcome.headers.get('content-type')).toBe('application/json')
    }
  })
})

describe('the body of an answer', () => {
  it('is JSON text of a value, and a text as it is', () => {
    expect(encode(of({ a: 1 }))).toBe('{"a":1}')
    expect(encode(of('x'))).toBe('x')
  })

  it('is the same memory for a Uint8Array, and the part that a view shows', () => {
    const bytes = new Uint8Array([1, 2, 3])
    expect(encode(of(bytes))).toBe(bytes)
    expect(encode(of(new DataView(bytes.buffer, 1, 1)))).toEqual(new Uint8Array([2]))
    expect(encode(of(bytes.buffer))).toEqual(bytes)
  })

  it('is a copy of memory that threads share', () => {
    const shared = new SharedArrayBuffer(1)
    const body = encode(of(shared))
    new Uint8Array(shared)[0] = 7
    expect(body).toEqual(new Uint8Array([0]))
  })

  it('is what a Response has, with its status and type, where a transform put one there', async () => {
    const outcome = of('x')
    outcome.value = new Response('<p>', { status: 203, headers: { 'content-type': 'text/html' } })
    const body = encode(outcome)
    expect(await new Response(body as ReadableStream).text()).toBe('<p>')
    expect(outcome).toMatchObject({ status: 203, headers: { flat: ['content-type', 'text/html'] } })
  })

  it('is refused for a status that a transform set wrong', () => {
    const outcome = of('x')
    outcome.status = 99
    expect(() => encode(outcome)).toThrow('status 99')
  })
})

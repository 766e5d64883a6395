import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ResponseHeaders } from '../route/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import { discardValue, isBinary, isStream, prepare } from './prepare.ts'
import { TakeOver } from './take-over.ts'

const free = (value: unknown): PipelineOutcome =>
  prepare(new PipelineOutcome(200, value, false, new ResponseHeaders()))

async function* pieces(): AsyncGenerator<string> {
  yield 'a'
}

describe('the JSON text of an outcome', () => {
  it.each([
    [{ a: 1 }, '{"a":1}'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
    [5, '5'],
    [false, 'false'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [Object.create(null), '{}'],
  ])('is made of %j', (value, text) => {
    expect(free(value)).toMatchObject({ '~text': text, '~wasJson': true })
  })

  it.each([
    ['a string', 'x'],
    ['bytes', new Uint8Array(2)],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a Blob', new Blob(['x'])],
    ['a Response', new Response('x')],
    ['a stream', Readable.from(['x'])],
    ['a generator', pieces()],
  ])('is not made of %s', (_, value) => {
    expect(free(value)).toMatchObject({ '~text': undefined, '~wasJson': false })
  })

  it('is made of a string that a schema holds', () => {
    const held = new PipelineOutcome(200, 'x', true, new ResponseHeaders())
    expect(prepare(held)['~text']).toBe('"x"')
  })

  it('is not made anew', () => {
    const outcome = free({ a: 1 })
    outcome['~text'] = '{"a":2}'
    expect(prepare(outcome)['~text']).toBe('{"a":2}')
  })

  it.each([
    ['a function', () => 1, 'A handler returned a function, which cannot be sent.'],
    ['a symbol', Symbol('x'), 'A handler returned a symbol, which cannot be sent.'],
    ['an iterator', [1].values(), 'A handler returned an iterator or generator'],
    ['a promise', Promise.resolve(1), 'promise'],
  ])('is refused for %s', (_, value, message) => {
    expect(() => free(value)).toThrow(message)
  })

  it('is refused for a cycle, and for an error, which is thrown itself', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => free(cycle)).toThrow('circular')
    const error = new RangeError('mine')
    expect(() => free(error)).toThrow(error)
  })
})

describe('the context of an outcome', () => {
  const storage = new AsyncLocalStorage<string>()

  it.each([
    ['a stream', () => Readable.from(['x'])],
    ['a generator', pieces],
    ['a handler that takes over', () => new TakeOver(() => undefined)],
  ])('is the one in which %s was made', (_, make) => {
    const outcome = storage.run('here', () => free(make()))
    expect(outcome['~context']?.(() => storage.getStore())).toBe('here')
    storage.run('later', () => prepare(outcome))
    expect(outcome['~context']?.(() => storage.getStore())).toBe('here')
  })

  it.each([{ a: 1 }, 'x', new Uint8Array(1)])('is not kept for %j', (value) => {
    expect(free(value)['~context']).toBeUndefined()
  })

  it('does not let a stream that fails before it is sent end the process', () => {
    const stream = new Readable({ read() {} })
    free(stream)
    expect(stream.listenerCount('error')).toBe(1)
  })
})

describe('kinds of values', () => {
  it('tells streams from what is sent as it is', () => {
    const streams = [Readable.from([]), pieces(), new Response('x'), { async *[Symbol.asyncIterator]() {} }]
    expect(streams.map(isStream)).toEqual([true, true, true, true])
    expect([{}, [], 'x', null, new Date(0), new Uint8Array(1)].some(isStream)).toBe(false)
  })

  it('tells bytes in every form', () => {
    const bytes = [new Uint8Array(1), new DataView(new ArrayBuffer(1)), new SharedArrayBuffer(1)]
    expect(bytes.map(isBinary)).toEqual([true, true, true])
    expect(isBinary([1])).toBe(false)
  })

  it('lets go of a stream, and of that of a Response', () => {
    const stream = Readable.from(['x'])
    discardValue(stream)
    expect(stream.destroyed).toBe(true)
    let isCancelled = false
    discardValue(new Response(new ReadableStream({ cancel: () => void (isCancelled = true) })))
    expect(isCancelled).toBe(true)
  })
})

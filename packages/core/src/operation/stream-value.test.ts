import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  assertBegun,
  BegunIterable,
  closeIterator,
  destroyQuietly,
  discardStream,
  isChunk,
  isEmpty,
  isReadable,
  iterate,
  wrongChunk,
} from './stream-value.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A generator that says whether it began and whether it was closed. */
function watched(...list: unknown[]) {
  const state = { isBegun: false, isClosed: false }
  async function* generate(): AsyncGenerator<string> {
    state.isBegun = true
    try {
      yield* list as string[]
    } finally {
      state.isClosed = true
    }
  }
  return { state, iterable: generate() }
}

async function collect(iterable: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const one of iterable) all.push(one)
  return all
}

describe('a stream that has begun', () => {
  it('leaves out empty pieces before the first, and none of the others', async () => {
    const begun = new BegunIterable(watched('', bytes(''), 'a', '', 'b').iterable)
    await begun.begun
    expect(begun.peeked?.value).toBe('a')
    expect(await collect(begun)).toEqual(['a', '', 'b'])
    expect(begun.peeked).toBeUndefined()
  })

  it('tells whoever reads it of a failure at its beginning', async () => {
    const failing = new BegunIterable({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('failed')) }),
    })
    // Until then it is nobody's, and does not end the process.
    await new Promise(setImmediate)
    await expect(failing.next()).rejects.toThrow('failed')
  })

  it('is refused where it was read to its end before', async () => {
    const stream = new Response('x').body as ReadableStream<Uint8Array>
    const reader = stream.getReader()
    while (!(await reader.read()).done);
    reader.releaseLock()
    await expect(new BegunIterable(stream as never).begun).rejects.toThrow('read before it was returned')
  })

  it('may be empty where nobody has read it', async () => {
    const empty = new ReadableStream<string>({ start: (controller) => controller.close() })
    for (const iterable of [empty as never, watched().iterable])
      expect(await collect(new BegunIterable(iterable))).toEqual([])
  })

  it('closes what it reads when nobody wants the rest', async () => {
    const { state, iterable } = watched('a', 'b')
    const begun = new BegunIterable(iterable)
    await begun.begun
    discardStream(begun)
    await new Promise(setImmediate)
    expect(state.isClosed).toBe(true)
  })
})

describe('the first piece', () => {
  it('may be text or bytes', async () => {
    for (const piece of ['a', bytes('a')]) {
      const begun = new BegunIterable(watched(piece).iterable)
      await begun.begun
      expect(() => assertBegun(begun)).not.toThrow()
    }
  })

  it('is refused where it is something else, of an iterable and of a stream of objects', async () => {
    const begun = new BegunIterable(watched(5).iterable)
    await begun.begun
    expect(() => assertBegun(begun)).toThrow('A stream gave a value of type number')
    const objects = Readable.from([{ a: 1 }])
    objects.read(0)
    await new Promise((resolve) => objects.once('readable', resolve))
    expect(() => assertBegun(objects)).toThrow('A stream gave a value of type object')
  })

  it('is left in a stream of objects that may be sent', async () => {
    const texts = Readable.from(['a', 'b'])
    await new Promise((resolve) => texts.once('readable', resolve))
    assertBegun(texts)
    expect(await collect(texts)).toEqual(['a', 'b'])
  })

  it('is not there where the stream was destroyed', () => {
    const stream = new Readable({ read() {} })
    destroyQuietly(stream)
    expect(() => assertBegun(stream)).toThrow('The stream was closed before it was sent.')
  })

  it.each([
    [null, 'null'],
    [[], 'an array'],
    [5, 'a value of type number'],
  ])('is named where it is wrong: %j', (piece, name) => {
    expect(wrongChunk(piece).message).toContain(`A stream gave ${name};`)
  })
})

describe('reading and letting go', () => {
  it('cancels a web stream at once, while a piece is asked for', async () => {
    let reason = 'not cancelled'
    const stream = new ReadableStream<string>({ cancel: () => void (reason = 'cancelled') })
    const iterator = iterate(stream as never)
    const pending = iterator.next()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(reason).toBe('cancelled')
    expect((await pending).done).toBe(true)
  })

  it('reads a stream that has no iterator', async () => {
    const old = Readable.from(['a', 'b'])
    Object.defineProperty(old, Symbol.asyncIterator, { value: undefined })
    const iterator = iterate(old as never)
    expect(await iterator.next()).toEqual({ done: false, value: 'a' })
    expect(await iterator.next()).toEqual({ done: false, value: 'b' })
    expect((await iterator.next()).done).toBe(true)
  })

  it('destroys a stream that has no iterator when nobody wants the rest', async () => {
    const old = new Readable({ objectMode: true, read() {} })
    Object.defineProperty(old, Symbol.asyncIterator, { value: undefined })
    old.push('a')
    const iterator = iterate(old as never)
    await iterator.next()
    await iterator.return?.()
    expect(old.destroyed).toBe(true)
  })

  it('destroys a stream that fails while it is torn down, and nobody hears of it', async () => {
    const failing = new Readable({ read() {}, destroy: (_, done) => done(new Error('torn')) })
    destroyQuietly(failing)
    await new Promise((resolve) => failing.once('close', resolve))
    expect(failing.errored?.message).toBe('torn')
  })

  it('does not start a generator to discard it', () => {
    const { state, iterable } = watched('a')
    discardStream(iterable)
    expect(state.isBegun).toBe(false)
  })

  it('never throws when an iterator cannot be closed', () => {
    const next = (): never => {
      throw new Error('Not called.')
    }
    const wrong = (): never => {
      throw new Error('cannot close')
    }
    for (const iterator of [{ next, return: wrong }, { next }, undefined])
      expect(() => closeIterator(iterator)).not.toThrow()
  })
})

describe('kinds of pieces and streams', () => {
  it('tells what is empty', () => {
    expect(['', bytes('')].every(isEmpty)).toBe(true)
    expect(['a', bytes('a'), null, undefined, 0].some(isEmpty)).toBe(false)
  })

  it('tells what can be written', () => {
    expect(['', 'a', bytes('a')].every(isChunk)).toBe(true)
    expect([null, 5, {}, new ArrayBuffer(1)].some(isChunk)).toBe(false)
  })

  it('tells a stream of Node.js, of a package that copies it too', () => {
    expect(isReadable(Readable.from([]))).toBe(true)
    expect(isReadable({ pipe: () => undefined, destroy: () => undefined })).toBe(true)
    expect(isReadable({ pipe: 'x', destroy: () => undefined })).toBe(false)
    expect(isReadable(new ReadableStream())).toBe(false)
  })
})

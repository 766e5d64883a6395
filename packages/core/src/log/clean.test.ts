import { PassThrough } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createMemoryLogger } from './memory-logger.ts'

const logged = (value: object, redact: string[] = []): Record<string, unknown> => {
  const { log, lines } = createMemoryLogger({ redact })
  log.info(value, 'x')
  return lines[0] as Record<string, unknown>
}

describe('what is logged', () => {
  it('is as JSON has it', () => {
    const value = {
      a: 'x',
      b: 1.5,
      c: true,
      d: null,
      e: [1, 'y', null, { f: [] }],
      g: { h: {} },
      i: undefined,
    }
    expect(logged(value)).toMatchObject(JSON.parse(JSON.stringify(value)) as object)
  })

  it('is asked for its toJSON once, and the answer is cleaned', () => {
    const at = new Date(0)
    expect(logged({ at })['at']).toBe(at.toJSON())
    expect(logged({ secret: { toJSON: () => '[secret]' } })['secret']).toBe('[secret]')
    expect(logged({ a: { toJSON: () => ({ cookie: 'x', n: 1n, toJSON: () => 'twice' }) } })['a']).toEqual({
      cookie: '[Redacted]',
      n: '1',
    })
  })

  it('shows circles and repeats', () => {
    const shared = { a: 1 }
    const circle: Record<string, unknown> = { first: shared, second: shared }
    circle['again'] = [circle]
    expect(logged({ circle })['circle']).toEqual({ first: { a: 1 }, second: { a: 1 }, again: ['[Circular]'] })
  })

  it('shows maps, sets and headers', () => {
    expect(
      logged({
        map: new Map<unknown, unknown>([
          ['a', 1],
          [2, new Set(['b'])],
        ]),
        headers: new Headers({ accept: '*/*', cookie: 'x' }),
      }),
    ).toMatchObject({ map: { a: 1, 2: ['b'] }, headers: { accept: '*/*', cookie: '[Redacted]' } })
  })

  it('names bytes and streams instead of printing them', () => {
    expect(
      logged({ a: Buffer.alloc(5), b: new Float64Array(2), c: new ArrayBuffer(3), d: new PassThrough() }),
    ).toMatchObject({
      a: '[Buffer 5 bytes]',
      b: '[Float64Array 16 bytes]',
      c: '[ArrayBuffer 3 bytes]',
      d: '[PassThrough]',
    })
  })

  it('says what a getter or toJSON threw', () => {
    const value = {
      get a(): never {
        throw new Error('no a')
      },
      b: {
        toJSON(): never {
          throw new Error('no b')
        },
      },
      c: [
        {
          get d(): never {
            throw new Error('no d')
          },
        },
      ],
    }
    expect(logged(value)).toMatchObject({
      a: '[Throws: no a]',
      b: '[Throws: no b]',
      c: [{ d: '[Throws: no d]' }],
    })
  })

  it('ends at some depth, number and length', () => {
    let deep: object = { end: true }
    for (let at = 0; at < 20; at++) deep = { deep }
    expect(JSON.stringify(logged({ deep }))).toContain('[Object]')
    expect(
      (logged({ list: Array.from({ length: 5000 }, (_, at) => at) })['list'] as unknown[]).at(-1),
    ).toMatch(/^… \d+ more$/)
    expect(logged({ text: 'x'.repeat(40_000) })['text']).toMatch(/^x{32768}… 7232 more$/)
  })

  it('is left as it was', () => {
    const value = Object.freeze({ password: 'p', list: Object.freeze([Object.freeze({ cookie: 'c' })]) })
    logged(value, ['password', 'list[*].cookie'])
    expect(value).toEqual({ password: 'p', list: [{ cookie: 'c' }] })
  })

  it('shows errors wherever they are, with their own fields', () => {
    const error = Object.assign(new Error('no file'), { code: 'ENOENT', config: { authorization: 'x' } })
    const value = logged({ results: [{ reason: error }] })['results']
    expect(value).toMatchObject([
      {
        reason: {
          type: 'Error',
          message: 'no file',
          code: 'ENOENT',
          config: { authorization: '[Redacted]' },
        },
      },
    ])
  })

  it('shows errors of other realms, and named ones', () => {
    expect(logged({ err: runInNewContext('new TypeError("far")') as object })['err']).toMatchObject({
      type: 'TypeError',
      message: 'far',
    })
    expect(logged({ err: AbortSignal.abort().reason as object })['err']).toMatchObject({ type: 'AbortError' })
    class OrderClosed extends Error {}
    expect(logged({ err: new OrderClosed('x') })['err']).toMatchObject({ type: 'OrderClosed' })
  })

  it('takes the fields of an error from its toJSON when it has one', () => {
    class Declared extends Error {
      readonly details = { token: 'hidden' }
      toJSON(): object {
        return { code: 'DECLARED', status: 409, message: 'shown' }
      }
    }
    const err = logged({ err: new Declared('message', { cause: new Error('why') }) })['err'] as Record<
      string,
      unknown
    >
    expect(err).toMatchObject({
      type: 'Declared',
      message: 'message',
      code: 'DECLARED',
      status: 409,
      cause: { message: 'why' },
    })
    expect(err).not.toHaveProperty('details')
    expect(err['stack']).toContain('clean.test.ts')
  })
})

import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import { compileInput, parseCookies, t } from './index.ts'

describe('params', () => {
  it('are coerced, and handed on as they are when they are strings', () => {
    const raw = { __proto__: null, id: '7' } as never
    expect(compileInput({ id: t.Integer() }, 'params').parse(raw)).toEqual({ id: 7 })
    expect(compileInput({ id: t.String() }, 'params').parse(raw)).toBe(raw)
  })

  it('name their place in violations', () => {
    const parser = compileInput({ id: t.String({ format: 'uuid' }) }, 'params')
    expect(() => parser.parse({ id: 'x' })).toThrow(
      expect.objectContaining({
        place: 'params',
        message: 'The path parameters do not match the schema: 1 violation.',
        violations: [
          {
            in: 'params',
            pointer: '/id',
            message: 'must match format "uuid"',
            code: 'format',
            format: 'uuid',
          },
        ],
      }),
    )
  })
})

describe('headers', () => {
  it('are found whatever their case, and named as declared', () => {
    const parser = compileInput({ 'X-Request-Count': t.Integer(), etag: t.Optional(t.String()) }, 'headers')
    expect(parser.parse({ 'x-request-count': '3', etag: '"a"', host: 'example.com' })).toEqual({
      'X-Request-Count': 3,
      etag: '"a"',
    })
    expect(() => parser.parse({})).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '/X-Request-Count' })] }),
    )
  })

  it('that are lists are split at commas, RFC 9110 §5.6.1', () => {
    const parser = compileInput(
      { accept: t.Array(t.String()), n: t.Optional(t.Array(t.Integer())) },
      'headers',
    )
    expect(parser.parse({ accept: 'a/b, "x,\\"y",, c\t', n: '1,2' })).toEqual({
      accept: ['a/b', '"x,\\"y"', 'c'],
      n: [1, 2],
    })
    expect(parser.parse({ accept: ['a, b', 'c'] })).toEqual({ accept: ['a', 'b', 'c'] })
    expect(parser.parse({ accept: '' })).toEqual({ accept: [] })
  })

  it('never come as the object that was given, which is the request', () => {
    const raw = { a: '1' }
    expect(compileInput({ a: t.String() }, 'headers').parse(raw)).not.toBe(raw)
  })

  it('ignore the prototype of the object that holds them', () => {
    const parser = compileInput({ constructor: t.Optional(t.String()) }, 'headers')
    expect(Object.keys(parser.parse({ host: 'x' }) as object)).toEqual([])
  })

  it('cannot be declared twice', () => {
    expect(() => compileInput({ ETag: t.String(), etag: t.String() }, 'headers')).toThrow(SetupError)
  })
})

describe('cookies and configuration', () => {
  it('are read like a query', () => {
    expect(compileInput({ visits: t.Integer() }, 'cookies').parse(parseCookies('visits=3; other=x'))).toEqual(
      { visits: 3 },
    )
    const env = { PORT: '8080', port: 'x', PATH: '/bin', DEBUG: undefined }
    expect(
      compileInput({ PORT: t.Integer(), DEBUG: t.Boolean({ default: false }) }, 'config').parse(env),
    ).toEqual({ PORT: 8080, DEBUG: false })
    expect(env).toEqual({ PORT: '8080', port: 'x', PATH: '/bin', DEBUG: undefined })
  })
})

describe('what a parser tells about itself', () => {
  it('is its place and its schema', () => {
    const schema = t.Object({ a: t.String() })
    const parser = compileInput(schema, 'query')
    expect([parser.place, parser.jsonSchema]).toEqual(['query', schema])
    expect(compileInput({ a: t.Optional(t.String()) }, 'query').jsonSchema).toMatchObject({
      type: 'object',
      properties: { a: { type: 'string' } },
    })
  })
})

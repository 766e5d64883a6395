import { describe, expect, it } from 'vitest'
import { MalformedJsonError } from '../errors/index.ts'
import { parseJson, type ParseJsonOptions } from './index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('was accepted')
}

function fault(input: string | Uint8Array, options?: ParseJsonOptions): MalformedJsonError {
  const error = thrownBy(() => parseJson(typeof input === 'string' ? bytes(input) : input, options))
  expect(error).toBeInstanceOf(MalformedJsonError)
  return error as MalformedJsonError
}

describe('parseJson', () => {
  it('reads any value of JSON', () => {
    for (const text of [
      '{"a":[1,2.5e3,-0,true,false,null,"\\u00e9\\ud83d\\ude00"]}',
      '1',
      '"x"',
      'null',
      ' [ ] ',
    ]) {
      expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
    }
  })

  it('tells status 400 and the position, and never the content', () => {
    const error = fault('{"password":"hunter2",}')
    expect(error.status).toBe(400)
    expect(error.expose).toBe(true)
    expect(error.code).toBe('ERR_CORE_JSON_SYNTAX')
    expect(error.position).toBe(22)
    expect(error.details).toEqual({ position: 22 })
    expect(JSON.stringify([error.message, error.details])).not.toMatch(/hunter2|password/)
  })

  it('ignores one byte order mark, and refuses a second', () => {
    expect(parseJson(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toEqual({})
    expect(fault(new Uint8Array([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x7b, 0x7d])).code).toBe(
      'ERR_CORE_JSON_SYNTAX',
    )
    expect(fault(new Uint8Array([0xef, 0xbb, 0xbf])).code).toBe('ERR_CORE_JSON_SYNTAX')
  })

  it('reads a view that is a part of a larger buffer', () => {
    const whole = bytes('xx{"a":1}yy')
    expect(parseJson(whole.subarray(2, 9))).toEqual({ a: 1 })
  })

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22], 1],
    ['a truncated sequence', [0x22, 0xe2, 0x82, 0x22], 1],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['an overlong three-byte form', [0x22, 0x61, 0xe0, 0x80, 0xaf, 0x22], 2],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ['beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    ['a byte that never occurs', [0x22, 0xff, 0x22], 1],
    ['UTF-16 with a mark', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 0],
    ['an end within a sequence', [0x22, 0xf0, 0x9f, 0x98], 1],
  ])('refuses bytes that are not UTF-8: %s', (_, input, position) => {
    const error = fault(new Uint8Array(input))
    expect([error.code, error.position]).toEqual(['ERR_CORE_JSON_ENCODING', position])
  })

  it('takes text of all planes', () => {
    expect(parseJson(bytes('"aé€😀"'))).toBe('aé€😀')
  })

  it.each([
    '{"__proto__":{"a":1}}',
    '{"a":[{"__proto__":null}]}',
    '{"\\u005f_proto__":1}',
    '{"\\u005F\\u005Fprot\\u006f__":1}',
    '{"__pr\\u006Fto__":1}',
    '{"constructor":{"prototype":{}}}',
    '{"a":{"constructor":{"x":1,"prototype":1}}}',
    '{"c\\u006fnstructor":{"prot\\u006ftype":1}}',
    '{ "constructor" : { "prototype" : 1 } }',
  ])('refuses a member name that could change a prototype: %s', (text) => {
    expect(fault(text).code).toBe('ERR_CORE_JSON_PROTOTYPE_KEY')
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })

  it.each([
    '{"constructor":"Ferrari"}',
    '{"constructor":[{"prototype":1}]}',
    '{"prototype":1}',
    '{"a":"__proto__"}',
    '["__proto__","constructor"]',
    '{"a":"{\\"__proto__\\":1}"}',
    '{"__proto":1,"proto__":2}',
  ])('takes what only looks like it: %s', (text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
  })

  it.each([
    '1e400',
    '-1e400',
    '[1E+309]',
    `${'9'.repeat(400)}`,
    `-${'9'.repeat(309)}`,
    `[0,${'1'.repeat(250)}e99]`,
    '{"a":1.0e0999}',
    `${'9'.repeat(309)}.5`,
  ])('refuses a number outside the range of a double: %s', (text) => {
    expect(fault(text).code).toBe('ERR_CORE_JSON_NUMBER')
  })

  it.each([
    '1e308',
    '1e-400',
    `0.${'0'.repeat(400)}1`,
    `${'9'.repeat(308)}`,
    '"1e400"',
    '"a, 1e400"',
    '0e999',
    '["id-1e4000"]',
    '"7b1e4123-1e99-4e99"',
  ])('takes a number that a double can hold, and text that looks like one: %s', (text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
  })

  it('finds a long number wherever it begins', () => {
    for (let offset = 0; offset < 420; offset++) {
      expect(fault(`["${'x'.repeat(offset)}",${'9'.repeat(310)}]`).code).toBe('ERR_CORE_JSON_NUMBER')
    }
  })

  it('refuses nesting deeper than 64, and takes 64', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(() => parseJson(bytes(nested(64)))).not.toThrow()
    const error = fault(nested(65))
    expect([error.code, error.position]).toEqual(['ERR_CORE_JSON_DEPTH', 64])
    expect(fault('{"a":'.repeat(65) + '1' + '}'.repeat(65)).code).toBe('ERR_CORE_JSON_DEPTH')
    expect(fault('[{"a":'.repeat(40) + '1' + '}]'.repeat(40)).code).toBe('ERR_CORE_JSON_DEPTH')
  })

  it('does not count brackets that are side by side, or in text', () => {
    expect(parseJson(bytes(`[${Array(200).fill('[]').join()}]`))).toHaveLength(200)
    expect(parseJson(bytes(`["${'['.repeat(500)}","\\"${'{'.repeat(500)}"]`))).toHaveLength(2)
  })

  it('counts no nesting when told that the schema bounds it, and does not crash', () => {
    const deep = '['.repeat(200_000)
    expect(Array.isArray(parseJson(bytes(deep + ']'.repeat(200_000)), { scanDepth: false }))).toBe(true)
    expect(fault(deep, { scanDepth: false }).code).toBe('ERR_CORE_JSON_SYNTAX')
    expect(fault(deep).code).toBe('ERR_CORE_JSON_DEPTH')
  })

  it('lets the last of repeated names win, or refuses them', () => {
    const text = '{"a":1,"b":{"a":2},"a":3}'
    expect(parseJson(bytes(text))).toEqual({ a: 3, b: { a: 2 } })
    const error = fault(text, { duplicates: 'refuse' })
    expect([error.code, error.position]).toEqual(['ERR_CORE_JSON_DUPLICATE_NAME', 19])
  })

  it('compares repeated names after their escapes are read, and per object', () => {
    const refuse = { duplicates: 'refuse' } as const
    expect(fault('{"a":1,"\\u0061":2}', refuse).code).toBe('ERR_CORE_JSON_DUPLICATE_NAME')
    expect(fault('[{"x":{"":1,"":2}}]', refuse).code).toBe('ERR_CORE_JSON_DUPLICATE_NAME')
    expect(parseJson(bytes('[{"a":1},{"a":1}]'), refuse)).toEqual([{ a: 1 }, { a: 1 }])
    expect(parseJson(bytes('{"toString":1,"valueOf":2}'), refuse)).toEqual({ toString: 1, valueOf: 2 })
  })
})

import { describe, expect, it } from 'vitest'
import { ValidationError } from '../errors/index.ts'
import { parseQuery } from './index.ts'

const plain = (fields: object): object => ({ ...fields })

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('was accepted')
}

describe('parseQuery', () => {
  it('reads names and values, and lists of repeated names', () => {
    expect(plain(parseQuery('?a=1&b=2&a=3&a=4'))).toEqual({ a: ['1', '3', '4'], b: '2' })
  })

  it('skips one question mark', () => {
    expect(plain(parseQuery('a=1'))).toEqual({ a: '1' })
    expect(plain(parseQuery('??a=1'))).toEqual({ '?a': '1' })
    expect(plain(parseQuery('?'))).toEqual({})
    expect(plain(parseQuery(''))).toEqual({})
  })

  it.each([
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=b', { '': 'b' }],
    ['=', { '': '' }],
    ['a=b=c', { a: 'b=c' }],
    ['&&a=1&&', { a: '1' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['a%2Bb=%26%3D', { 'a+b': '&=' }],
    ['%61=%F0%9F%98%80', { a: '😀' }],
    ['a=1;b=2', { a: '1;b=2' }],
    ['a=é', { a: 'é' }],
    ['a[]=1&a[]=2', { 'a[]': ['1', '2'] }],
  ])('reads %s as the URL standard does', (text, expected) => {
    expect(plain(parseQuery(text))).toEqual(expected)
    expect([...new URLSearchParams(text)].map(([, value]) => value)).toEqual(Object.values(expected).flat())
  })

  it('has no prototype, and names of its members are keys like any other', () => {
    const fields = parseQuery('?constructor=y&toString=z')
    expect(Object.getPrototypeOf(fields)).toBeNull()
    expect(Object.keys(fields)).toEqual(['constructor', 'toString'])
    expect('hasOwnProperty' in fields).toBe(false)
  })

  it.each(['__proto__=x', 'a=1&__proto__=x&__proto__=y', '%5F_proto__', '%5f%5fproto%5f%5f=1'])(
    'refuses %s, which could change a prototype, with 400',
    (text) => {
      const error = thrownBy(() => parseQuery(`?${text}`)) as ValidationError
      expect([error.status, error.violations]).toEqual([
        400,
        [{ in: 'query', pointer: '/__proto__', code: 'prototypeKey', message: 'is not allowed' }],
      ])
    },
  )

  it.each(['a=%', 'a=%2', 'a=%zz', '%=1', 'a=b%2', 'a=1&b=%G0', 'a=%ff', 'a=%c3', 'a=%ed%a0%80', 'a=%c0%af'])(
    'refuses the escape in %s with 400',
    (text) => {
      const error = thrownBy(() => parseQuery(`?${text}`))
      expect(error).toBeInstanceOf(ValidationError)
      const { status, place, violations } = error as ValidationError
      expect([status, place, violations.length]).toEqual([400, 'query', 1])
      expect(violations[0]).toMatchObject({ in: 'query', pointer: '', code: 'encoding' })
    },
  )

  it('says where an escape is malformed', () => {
    expect(() => parseQuery('?ab=1&c=x%2')).toThrow(
      expect.objectContaining({
        violations: [expect.objectContaining({ message: 'has a malformed escape at character 9' })],
      }),
    )
  })

  it('takes 1000 pairs and refuses more', () => {
    const pairs = (count: number): string => Array.from({ length: count }, (_, i) => `k${i}=1`).join('&')
    expect(Object.keys(parseQuery(pairs(1000)))).toHaveLength(1000)
    expect(() => parseQuery(pairs(1001))).toThrow(ValidationError)
    expect(() => parseQuery(`${'&'.repeat(5000)}a=1`)).not.toThrow()
  })

  it('agrees with URLSearchParams on well-formed text', () => {
    const pieces = ['a', 'b', '=', '&', '+', '%20', '%3D', '%C3%A9', '&&', '==', 'é']
    let seed = 7
    for (let round = 0; round < 3000; round++) {
      let text = ''
      for (let i = 0; i < 12; i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648
        text += pieces[seed % pieces.length]
      }
      const expected: Record<string, string[]> = {}
      for (const [name, value] of new URLSearchParams(text)) (expected[name] ??= []).push(value)
      const actual = Object.fromEntries(Object.entries(parseQuery(text)).map(([k, v]) => [k, [v].flat()]))
      expect([text, actual]).toEqual([text, expected])
    }
  })
})

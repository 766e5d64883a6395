import { describe, expect, it } from 'vitest'
import { parseCookies } from './index.ts'

const plain = (fields: object): object => ({ ...fields })

describe('parseCookies', () => {
  it.each<[string, object]>([
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1;b=2', { a: '1', b: '2' }],
    ['  a = 1 ;  b=2  ', { a: '1', b: '2' }],
    ['a=1; a=2', { a: '1' }],
    ['a=; a=2', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a="x y"', { a: 'x y' }],
    ['a="', { a: '"' }],
    ['a=%20%C3%A9', { a: ' é' }],
    ['a=%zz; b=%', { a: '%zz', b: '%' }],
    ['a=1+1', { a: '1+1' }],
    ['flag; a=1', { a: '1' }],
    ['=x; a=1', { a: '1' }],
    ['; ;;a=1;', { a: '1' }],
    ['a; b; c', {}],
    ['', {}],
  ])('reads %j', (header, expected) => {
    expect(plain(parseCookies(header))).toEqual(expected)
  })

  it('gives an empty record for no header', () => {
    expect(plain(parseCookies(undefined))).toEqual({})
  })

  it('has no prototype, so that no name is special', () => {
    const cookies = parseCookies('__proto__=1; constructor=2')
    expect(Object.getPrototypeOf(cookies)).toBeNull()
    expect(Object.entries(cookies)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { membersOf, paramOf, paramsOf } from './parameters.ts'

describe('parameters of header fields', () => {
  it.each([
    ['text/html; charset=UTF-8', 'UTF-8'],
    ['text/html; q=1; Charset = "utf-8"', 'utf-8'],
    ['text/html; charset', ''],
    ['text/html; xcharset=utf-8', undefined],
    ['charset=utf-8', undefined],
    ['application/json; a=";charset=latin1"', undefined],
    ['application/json; a="\\";charset=latin1"; charset=utf-8', 'utf-8'],
    ['text/plain; charset="a\\"b"', 'a"b'],
    ['text/plain; charset=utf-8; charset=latin1', 'utf-8'],
  ])('have parameters by name: %j', (type, charset) => {
    expect(paramOf(type, 'charset')).toBe(charset)
  })

  it('have all their parameters by lower-case names, of repeated ones the first', () => {
    const type = 'text/csv; Header=present;a="x;b=\\"1\\", c" ; charset=utf-8; charset=latin1; __proto__=x'
    expect({ ...paramsOf(type) }).toEqual({
      header: 'present',
      a: 'x;b="1", c',
      charset: 'utf-8',
      ['__proto__']: 'x',
    })
    expect(paramOf('text/csv', '__proto__')).toBeUndefined()
  })

  it.each([
    ['', ['']],
    ['a/b, c/d;q=0', ['a/b', ' c/d;q=0']],
    ['a/b;x="1,2", c/d', ['a/b;x="1,2"', ' c/d']],
    ['a/b;x="\\",", c/d', ['a/b;x="\\","', ' c/d']],
    ['a/b;x="1,\\2",,c/d', ['a/b;x="1,\\2"', '', 'c/d']],
    ['a/b, c/d;x="1, e/f', ['a/b', ' c/d;x="1, e/f']],
  ])('stand in lists: %j', (list, members) => {
    expect(membersOf(list)).toEqual(members)
  })
})

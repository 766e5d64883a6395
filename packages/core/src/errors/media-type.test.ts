import { describe, expect, it } from 'vitest'
import { essenceOf, isJson, isMediaRange, isMediaType, matchesRange } from './media-type.ts'
import { membersOf, paramOf, paramsOf } from './parameters.ts'

describe('media types', () => {
  it.each([
    ['Text/HTML; charset=utf-8', 'text/html'],
    ['text/csv ;header=present', 'text/csv'],
    ['', ''],
  ])('have an essence without parameters: %j', (type, essence) => {
    expect(essenceOf(type)).toBe(essence)
  })

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

  it.each(['application/json', 'Application/JSON ; charset=utf-8', 'application/problem+json', 'text/json'])(
    'are JSON: %j',
    (type) => {
      expect(isJson(type)).toBe(true)
    },
  )

  it.each([
    '',
    'json',
    'application/json-seq',
    'application/x-ndjson',
    'application/json5',
    'text/plain; a="/json;"',
  ])('are not JSON: %j', (type) => {
    expect(isJson(type)).toBe(false)
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

  it('are matched by themselves and by ranges', () => {
    const taking = ['*/*', 'text/*', 'text/csv', 'text/html', 'image/*', 'tex/*', 'text']
    expect(taking.filter((range) => matchesRange(range, 'text/csv'))).toEqual(['*/*', 'text/*', 'text/csv'])
    expect(matchesRange('text/*', 'text/')).toBe(false)
  })

  it('are told from ranges and from other texts', () => {
    const texts = [
      'text/csv',
      'text/csv; header="a b"',
      'text/*',
      '*/*',
      '*/csv',
      'csv',
      'text/c v',
      'a/b\r\n',
    ]
    expect(texts.filter(isMediaType)).toEqual(['text/csv', 'text/csv; header="a b"'])
    expect(texts.filter(isMediaRange)).toEqual(['text/*', '*/*'])
  })
})

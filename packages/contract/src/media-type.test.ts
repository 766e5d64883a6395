import { describe, expect, it } from 'vitest'
import { essenceOf, isJson, isMediaRange, isMediaType, matchesRange } from './media-type.ts'

describe('media types', () => {
  it.each([
    ['Text/HTML; charset=utf-8', 'text/html'],
    ['text/csv ;header=present', 'text/csv'],
    ['', ''],
  ])('have an essence without parameters: %j', (type, essence) => {
    expect(essenceOf(type)).toBe(essence)
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

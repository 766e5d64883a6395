import { fileName } from '@keelson/http'
import { parse } from 'content-disposition'
import { describe, expect, it } from 'vitest'

describe('fileName', () => {
  it.each([
    ['invoice.pdf', 'attachment; filename=invoice.pdf'],
    ['a "quoted" name;.txt', String.raw`attachment; filename="a \"quoted\" name;.txt"`],
    ['€.csv', 'attachment; filename="?.csv"; filename*=UTF-8\'\'%E2%82%AC.csv'],
    // RFC 6266 appendix D: a percent sequence would be decoded by some clients.
    ['50%41.txt', "attachment; filename=50%41.txt; filename*=UTF-8''50%2541.txt"],
  ])('of %s', (name, header) => {
    expect(fileName(name)).toBe(header)
    expect(parse(fileName(name)).parameters['filename']).toBe(name)
  })

  it.each([
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['\u2066a\u2067b\u2068c\u2069.txt', 'abc.txt'],
    ['\u202a\u202b\u202c\u202da.txt', 'a.txt'],
    ['\u200ea\u200f\u061c.txt', 'a.txt'],
    // Letters keep their own direction.
    ['\u05d7\u05e9\u05d1\u05d5\u05df.pdf', '\u05d7\u05e9\u05d1\u05d5\u05df.pdf'],
  ])('omits what turns the direction of text: %j', (name, saved) => {
    expect(parse(fileName(name)).parameters['filename']).toBe(saved)
    expect(fileName(name)).not.toMatch(/%E2%80%AE|%E2%81%A/)
  })

  it('shows instead of keeps', () => {
    expect(fileName('a.png', { disposition: 'inline' })).toBe('inline; filename=a.png')
  })

  it.each([
    '',
    '.',
    '..',
    '../etc/passwd',
    'C:\\x.txt',
    'a\r\nset-cookie: x',
    'a\u0000',
    '\ud800',
    '\u202e',
    '.\u202e.',
    'a\u2028b',
    'x'.repeat(256),
    7,
  ])('refuses %j', (name) => {
    expect(() => fileName(name as string)).toThrow(/is not the name of a file/)
  })

  it('refuses other dispositions', () => {
    expect(() => fileName('a', { disposition: 'form-data' as never })).toThrow(/disposition/)
  })
})

import { describe, expect, it } from 'vitest'
import {
  DotSegmentError,
  foldCase,
  isPlainPath,
  PathEncodingError,
  toCanonicalPath,
  toCanonicalText,
  toValue,
} from './path-encoding.ts'

describe('toCanonicalPath', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a%62c', '/abc'],
    ['/caf%C3%A9', '/café'],
    ['/caf%c3%a9', '/café'],
    ['/%F0%9F%98%80', '/😀'],
    ['/a%2Fb/c', '/a%2Fb/c'],
    ['/a%2fb/c', '/a%2Fb/c'],
    ['/100%25', '/100%25'],
    ['/%252F', '/%252F'],
    ['/%25252F%2F', '/%25252F%2F'],
    ['/a+b%20c', '/a+b c'],
    ['/.a/..b/...', '/.a/..b/...'],
    ['/%2e%2e%2e', '/...'],
    ['/a%0Ab', '/a\nb'],
    ['//', '//'],
  ])('decodes %s once, to %s', (path, canonical) => {
    expect(toCanonicalPath(path)).toBe(canonical)
  })

  it('leaves a path that it has made as it is', () => {
    for (const path of ['/a%2Fb', '/100%25', '/%252F%2F']) expect(toCanonicalPath(path)).toBe(path)
  })

  it.each([
    ['/%', 'a lone sign'],
    ['/%2', 'a truncated escape'],
    ['/a/%zz', 'no hexadecimal digits'],
    ['/%ff', 'a byte that UTF-8 does not have'],
    ['/%C3', 'a truncated character'],
    ['/%C3/%A9', 'a character cut by a slash'],
    ['/%C0%AF', 'an overlong slash'],
    ['/%C0%AE%C0%AE', 'overlong dots'],
    ['/%ED%A0%80', 'a surrogate'],
    ['/%F4%90%80%80', 'a code beyond Unicode'],
    ['/%u002e', 'an escape of another kind'],
    ['/a%00', 'a NUL'],
    ['/%2F%zz', 'a malformed escape after an encoded slash'],
  ])('refuses %s: %s', (path) => {
    expect(() => toCanonicalPath(path)).toThrow(PathEncodingError)
    expect(() => toCanonicalPath(path)).toThrow(
      expect.objectContaining({ status: 400, code: 'ERR_CORE_PATH_ENCODING' }),
    )
  })

  it.each([
    '/..',
    '/.',
    '/../',
    '/./',
    '/a/..',
    '/a/../b',
    '/a/./b',
    '/.a/..',
    '/../a',
    '//..',
    '/%2e%2e',
    '/%2E%2e/a',
    '/.%2e',
    '/a/%2e',
    '/a%2F..',
    '/..%2Fa',
    '/a%2f%2e%2e%2fb',
    '/x/..%2F..%2Fetc%2Fpasswd',
  ])('refuses the dot segment in %s', (path) => {
    expect(isPlainPath(path)).toBe(false)
    expect(() => toCanonicalPath(path)).toThrow(DotSegmentError)
    expect(() => toCanonicalPath(path)).toThrow(
      expect.objectContaining({ status: 400, code: 'ERR_CORE_PATH_DOT_SEGMENT' }),
    )
  })

  it('decodes once, so a doubly encoded dot segment is text', () => {
    expect(toValue(toCanonicalPath('/%252e%252e').slice(1))).toBe('%2e%2e')
  })
})

describe('toValue', () => {
  it.each(['', 'a', '%', '/', '%2F', '%25', '%252F', 'a/%2F/%', '//', '%%'])(
    'gives back the text %s',
    (text) => {
      expect(toValue(toCanonicalText(text))).toBe(text)
      expect(toValue(toCanonicalPath(`/${encodeURIComponent(text)}`).slice(1))).toBe(text)
    },
  )
})

describe('foldCase', () => {
  it('keeps the length of every character, so that places stay the same', () => {
    const changed: string[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code)
      if (foldCase(`a${char}b`).length !== char.length + 2) changed.push(char)
    }
    expect(changed).toEqual([])
  })

  it('folds what stands beside a character that it must keep', () => {
    expect(foldCase('/AİB')).toBe('/aİb')
    expect(foldCase('/ÄÖ/ΟΔΟΣ')).toBe('/äö/οδος')
  })
})

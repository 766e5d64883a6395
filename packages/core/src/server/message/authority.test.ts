import { describe, expect, it } from 'vitest'
import { isAuthority, isSameAuthority } from './authority.ts'

describe('an authority', () => {
  it.each([
    'example.com',
    'EXAMPLE.com:8080',
    'example.com:',
    'localhost',
    '127.0.0.1:3000',
    'a_b.internal',
    'xn--bcher-kva.example',
    'b%C3%BCcher.example',
    '[::1]',
    '[2001:db8::1]:443',
    '[::ffff:192.0.2.1]',
    '[v1.fe80]',
    'a:65535',
  ])('may be %s', (value) => {
    expect(isAuthority(value)).toBe(true)
  })

  it.each([
    '',
    ':80',
    'a b',
    'a, b',
    'user@host',
    'a:b',
    'a:80:81',
    'a:65536',
    'a:123456',
    'http://a',
    'a/b',
    'a?b',
    'a#b',
    'a\\b',
    'a%zz',
    'a%2',
    'bücher',
    '[::1',
    '::1',
    '[]',
    '[::1]x',
    '[fe80::1%eth0]',
    '[::g]',
    '[1.2.3.4]',
    '[::1]:99999',
    '<a>',
    '"a"',
  ])('may not be %j', (value) => {
    expect(isAuthority(value)).toBe(false)
  })

  it('is checked in time that grows with its length only', () => {
    const started = performance.now()
    expect(isAuthority('a'.repeat(100_000) + '/')).toBe(false)
    expect(isAuthority('%41'.repeat(30_000) + '%')).toBe(false)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('two authorities', () => {
  it('are the same when they differ in case or in a default port', () => {
    expect(isSameAuthority('Example.com', 'example.COM', 'http')).toBe(true)
    expect(isSameAuthority('a', 'a:80', 'http')).toBe(true)
    expect(isSameAuthority('a:', 'a', 'http')).toBe(true)
    expect(isSameAuthority('a:443', 'a', 'https')).toBe(true)
    expect(isSameAuthority('[::1]:80', '[::1]', 'http')).toBe(true)
  })

  it('are not the same when host or port differ', () => {
    expect(isSameAuthority('a', 'b', 'http')).toBe(false)
    expect(isSameAuthority('a:8080', 'a', 'http')).toBe(false)
    expect(isSameAuthority('a:443', 'a', 'http')).toBe(false)
    expect(isSameAuthority('a.evil', 'a', 'http')).toBe(false)
  })
})

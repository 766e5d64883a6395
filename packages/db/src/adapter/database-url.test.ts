import { describe, expect, it } from 'vitest'
import { Secret } from '@keelson/core'
import { parseDatabaseUrl, placeOf, remoteOf, type UrlRules } from './database-url.ts'

const RULES: UrlRules = {
  adapter: 'postgres',
  protocols: ['postgres', 'postgresql'],
  defaultPort: 5432,
  example: 'postgres://user:password@127.0.0.1:5432/shop',
  options: ['sslmode', 'host'],
}

function messageOf(url: string): string {
  try {
    parseDatabaseUrl(url, RULES)
  } catch (error) {
    return String(error)
  }
  return ''
}

describe('parseDatabaseUrl', () => {
  it('reads each part, with escapes', () => {
    const address = parseDatabaseUrl(
      new Secret('postgres://an%40na:p%3Aw%2F@db.example:6432/sh%20op?sslmode=require'),
      RULES,
    )
    expect(address).toMatchObject({
      host: 'db.example',
      port: 6432,
      user: 'an@na',
      password: 'p:w/',
      database: 'sh op',
    })
    expect(address.options.get('sslmode')).toBe('require')
    expect(placeOf('postgres', address)).toBe('postgres://an@na@db.example:6432/sh op')
  })

  it('says that there is no URL', () => {
    expect(messageOf(undefined as never)).toContain(
      'It is given a value of the type undefined and not the URL',
    )
    expect(messageOf('')).toContain('It is given an empty text and not the URL of the database.')
  })

  it('reads folders of sockets and IPv6 addresses', () => {
    expect(parseDatabaseUrl('postgres://u@%2Fvar%2Frun/shop', RULES).host).toBe('/var/run')
    expect(parseDatabaseUrl('postgres:///shop?host=/tmp', RULES).host).toBe('/tmp')
    expect(parseDatabaseUrl('postgres://u@[::1]/shop', RULES).host).toBe('::1')
  })

  it.each([
    ['not a url hunter2', 'is not a URL'],
    ['mysql://u:hunter2@h/d', 'begins with mysql://'],
    ['postgres://u:hunter2@h/d?ssl=1', 'unknown option ssl'],
    ['postgres://u:hunter2%@h/d', 'invalid % escape'],
  ])('refuses %s without showing the password', (url, message) => {
    expect(messageOf(url)).toContain(message)
    expect(messageOf(url)).not.toContain('hunter2')
  })
})

it('tells a server of another machine from loopback and sockets', () => {
  for (const host of [
    '',
    'localhost',
    'LOCALHOST',
    'app.localhost',
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '0:0:0:0:0:0:0:1',
    '/var/run/postgresql',
  ])
    expect([host, remoteOf({ host, database: 'shop' })]).toEqual([host, undefined])
  for (const host of [
    'db',
    'db.internal',
    '10.0.0.1',
    '1127.0.0.1',
    'localhost.example.org',
    'notlocalhost',
    '::2',
    'fe80::1',
    '2001:db8::1',
  ])
    expect(remoteOf({ host, database: 'shop' })).toBe(`${host}/shop`)
})

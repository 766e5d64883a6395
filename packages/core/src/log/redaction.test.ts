import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { createMemoryLogger } from './memory-logger.ts'
import { Redaction } from './redaction.ts'

const logged = (value: object, redact: string[] = []): string => {
  const { log, lines } = createMemoryLogger({ redact })
  log.info(value, 'x')
  return JSON.stringify(lines[0])
}

it('knows a key of a query that has a blank, in both of its forms', () => {
  const redaction = new Redaction([])
  redaction.addCredentials({ fields: [], queryKeys: ['api key'] })
  expect(redaction.hideInUrls('/a?api+key=SECRET&b=1')).toBe('/a?api+key=[Redacted]&b=1')
  expect(redaction.hideInUrls('/a?api%20key=SECRET&b=1')).toBe('/a?api%20key=[Redacted]&b=1')
})

it('adds nothing at a path that a line does not have, nor for what objects inherit', () => {
  expect(logged({ user: { a: 1 } }, ['user.toString'])).toContain('"user":{"a":1}')
})

describe('headers with credentials', () => {
  const headers = {
    authorization: 'SECRET',
    'Proxy-Authorization': 'SECRET',
    Cookie: 'SECRET',
    'set-cookie': ['SECRET', 'SECRET'],
    accept: 'text/html',
  }

  it.each([
    ['at the root', headers],
    ['as a field', { headers }],
    ['in a request', { req: { headers } }],
    ['deep in an error', { err: Object.assign(new Error('x'), { response: { config: { headers } } }) }],
    ['in a list', { all: [[{ headers }]] }],
    ['in a map', { headers: new Map(Object.entries(headers)) }],
    ['as a Headers object', { headers: new Headers({ authorization: 'SECRET', accept: 'text/html' }) }],
    ['as raw headers', { rawHeaders: ['Authorization', 'SECRET', 'accept', 'text/html'] }],
  ])('are redacted %s, and other headers are not', (_, value) => {
    const line = logged(value)
    expect(line).not.toContain('SECRET')
    expect(line).toContain('[Redacted]')
    expect(line).toContain('text/html')
  })

  it('are redacted in the fields of a child and of the logger', () => {
    const { log, lines } = createMemoryLogger({ bindings: { cookie: 'SECRET' } })
    log.child({ headers }).info('x')
    expect(JSON.stringify(lines)).not.toContain('SECRET')
  })
})

describe('a declared secret field', () => {
  it('is redacted at any depth and in any case when named', () => {
    const line = logged({ password: 'SECRET', a: { b: [{ Password: 'SECRET', name: 'ada' }] } }, ['password'])
    expect(line).not.toContain('SECRET')
    expect(line).toContain('ada')
  })

  it('is redacted where its path leads, and only there', () => {
    const redact = ['user.card.number', '*.token', 'items[*].pin', 'list[0]', 'headers["x-api-key"]', 'a.*']
    const line = logged(
      {
        user: { card: { number: 'SECRET', kind: 'visa' }, number: 'user-number' },
        one: { token: 'SECRET' },
        two: { inner: { token: 'inner-token' } },
        token: 'root-token',
        items: [{ pin: 'SECRET' }, { pin: 'SECRET', name: 'item' }],
        list: ['SECRET', 'second'],
        headers: { 'x-api-key': 'SECRET' },
        a: { b: 'SECRET', c: { d: 'SECRET' } },
      },
      redact,
    )
    expect(line).not.toContain('SECRET')
    for (const kept of ['visa', 'user-number', 'inner-token', 'root-token', 'item', 'second'])
      expect(line).toContain(kept)
  })

  it('is redacted where its path leads when its name gets a _ behind, and under any name', () => {
    const { log, lines } = createMemoryLogger({ redact: ['user.pin', '__proto__', '*.__proto__'] })
    const odd = JSON.parse('{"user":{"pin":"SECRET"},"a":{"__proto__":"SECRET"},"__proto__":1}') as object
    log.child({ user: { name: 'ada' } }).info(odd)
    expect(lines[0]).toMatchObject({ user: { name: 'ada' }, user_: { pin: '[Redacted]' } })
    expect(JSON.stringify(lines)).not.toContain('SECRET')
  })

  it('is redacted whole, whatever it holds', () => {
    expect(
      logged({ password: { old: 'SECRET' }, pin: 0, token: null }, ['password', 'pin', 'token']),
    ).toMatch(/"password":"\[Redacted\]","pin":"\[Redacted\]","token":"\[Redacted\]"/)
  })

  it('is redacted inside an error by its path', () => {
    expect(
      logged(Object.assign(new Error('x'), { config: { key: 'SECRET' } }), ['err.config.key']),
    ).not.toContain('SECRET')
  })

  it('is not confused by names of the language', () => {
    expect(
      logged({ constructor: 'a', toString: 'b', hasOwnProperty: 'c' }, ['constructor.secret']),
    ).toContain('"constructor":"a"')
  })

  it('stays redacted when very many different names were seen', () => {
    const { log, lines } = createMemoryLogger({ redact: ['password'] })
    for (let at = 0; at < 5000; at++) log.info({ [`k${at}`]: 1 })
    log.info({ PassWord: 'SECRET' })
    expect(lines.at(-1)).toMatchObject({ PassWord: '[Redacted]' })
  })

  it.each(['', '.', 'a..b', '.a', 'a.', 'a[', 'a[x]', 'a b', '[*]a'])(
    'is refused when it cannot be read: "%s"',
    (path) => {
      expect(() => createLogger({ redact: [path] })).toThrow(
        /log redact: .* is neither a field name nor a path/,
      )
    },
  )
})

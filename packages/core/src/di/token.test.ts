import { describe, expect, it } from 'vitest'
import { callSite } from '../errors/index.ts'
import { bind } from './index.ts'
import { token, tokenConstant, tokenName, tokenOrigin, tokenProvidedBy } from './token.ts'

describe('tokens', () => {
  it('are unique by default, and one by name when shared', () => {
    expect(token('clock')).not.toBe(token('clock'))
    expect(token('clock', { shared: true })).toBe(token('clock', { shared: true }))
    expect(token('clock', { shared: true })).toBe(Symbol.for('keelson.token.clock'))
    expect(token('clock')).not.toBe(token('clock', { shared: true }))
  })

  it('keep their name, also one that begins like a shared one', () => {
    expect(tokenName(token('clock'))).toBe('clock')
    expect(tokenName(token('clock', { shared: true }))).toBe('clock')
    expect(tokenName(token('keelson.token.clock'))).toBe('keelson.token.clock')
  })

  it.each([
    ['clock', 'CLOCK'],
    ['currentUser', 'CURRENT_USER'],
    ['request-id', 'REQUEST_ID'],
    ['acme.cache2', 'CACHE2'],
    ['.', 'TOKEN'],
    ['DATABASE', 'DATABASE'],
    ['größe', 'GRÖSSE'],
    ['', 'TOKEN'],
  ])('named %j are written %s', (name, constant) => {
    expect(tokenConstant(token(name))).toBe(constant)
  })

  it('know where they were made and who provides them', () => {
    expect(tokenOrigin(token('clock'))).toMatch(/^made at packages\/core\/src\/di\/token\.test\.ts:\d+$/)
    expect(tokenOrigin(token('clock', { shared: true }))).toBe('shared')
    expect(tokenOrigin(Symbol('clock'))).toBe('a plain symbol')
    expect(tokenProvidedBy(token('db', { providedBy: 'the plugin database()' }))).toBe(
      'the plugin database()',
    )
  })

  it('shared by two copies keep who provides them, whichever said so', () => {
    token('test.db', { shared: true, providedBy: 'the plugin database()' })
    expect(tokenProvidedBy(token('test.db', { shared: true }))).toBe('the plugin database()')
  })
})

describe('call sites', () => {
  it('are those of the caller, and leave the stack limit as it was', () => {
    const limit = Error.stackTraceLimit
    expect(bind(token('x'), { value: 1 }).place()).toMatch(/^packages\/core\/src\/di\/token\.test\.ts:\d+$/)
    expect(Error.stackTraceLimit).toBe(limit)
  })

  it('are unknown when nothing called', () => {
    expect(callSite(() => undefined)()).toBeUndefined()
  })
})

import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret.ts'

describe('Secret', () => {
  const secret = new Secret('hunter2')

  it('gives its value to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe('hunter2')
    expect(new Secret({ a: 1 }).reveal()).toEqual({ a: 1 })
  })

  it.each<[string, () => string]>([
    ['a template', () => `${secret as unknown as string}`],
    ['concatenation', () => 'x' + (secret as unknown as string)],
    ['String', () => String(secret)],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ secret }, { showHidden: true, depth: 9, getters: true })],
    ['inspect without its own words', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['format', () => format('%s %o %j %O %d', secret, secret, secret, secret, secret)],
    ['spreading', () => JSON.stringify(Object.assign({}, secret))],
    ['cloning', () => JSON.stringify(structuredClone(secret))],
    ['an error message', () => new Error(`cannot log in with ${secret as unknown as string}`).message],
    ['its keys', () => JSON.stringify(Reflect.ownKeys(secret))],
  ])('does not print in %s', (_, print) => {
    expect(print()).not.toContain('hunter2')
  })

  it('reads [secret] where it is printed', () => {
    expect([`${secret as unknown as string}`, JSON.stringify(secret), inspect(secret)]).toEqual([
      '[secret]',
      '"[secret]"',
      '[secret]',
    ])
  })

  it('is recognised across copies of the package, and is frozen', () => {
    expect([
      Secret.is(secret),
      Secret.is('hunter2'),
      Secret.is(null),
      Secret.is({ reveal: () => 1 }),
    ]).toEqual([true, false, false, false])
    expect(Object.isFrozen(secret)).toBe(true)
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeys } from './create-keys.ts'
import { isGuessable } from './guessable.ts'

describe('what can be guessed of a secret', () => {
  it.each([
    'please-change-this-secret-please-change-this-secret',
    'change-me change-me change-me change-me',
    'your-256-bit-secret-your-256-bit-secret',
    'MySuperSecretKeyMySuperSecretKey',
    'super_secret_jwt_signing_key_for_production',
    'hunter2-hunter2-hunter2-hunter2-hunter2',
    '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'passwordpasswordpasswordpassword1234567890',
    'abcdefghijklmnopqrstuvwxyz0123456789',
  ])('is nearly all of %s, which no keys are made from', (text) => {
    expect(isGuessable(text)).toBe(true)
    expect(() => createKeys([text])).toThrow(/ERR_CORE_SECRET/)
  })

  it('is little of random characters, whatever they are written in', () => {
    for (let round = 0; round < 2000; round++) {
      const bytes = randomBytes(12)
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(isGuessable(bytes.toString(encoding))).toBe(false)
    }
    expect(() => createKeys(['orchid tundra velvet anchor mosaic plinth'])).not.toThrow()
  })
})

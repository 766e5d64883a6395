import { createSeededRandom, systemRandom } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { hashOfSecret, matchSecret, newSecret, newSessionId, parseToken } from './session-token.ts'

const ID = 'A'.repeat(22)
const SECRET = 'b'.repeat(43)

describe('the cookie of a session', () => {
  it('has 128 and 256 random bits, from the source of the app', () => {
    const asked: number[] = []
    const random = {
      ...systemRandom,
      bytes: (length: number) => {
        asked.push(length * 8)
        return createSeededRandom(1).bytes(length)
      },
    }
    expect(newSessionId(random)).toHaveLength(22)
    expect(newSecret(random)).toHaveLength(43)
    expect(asked).toEqual([128, 256])
    const many = new Set(Array.from({ length: 1000 }, () => newSecret(systemRandom)))
    expect(many.size).toBe(1000)
  })

  it('is read whole or not at all', () => {
    expect(parseToken(`${ID}.${SECRET}`)).toEqual({ id: ID, secret: SECRET })
    for (const text of [
      '',
      '.',
      ID,
      `${ID}.`,
      `.${SECRET}`,
      `${ID}.${SECRET}=`,
      ` ${ID}.${SECRET}`,
      `${ID}.${SECRET}\n`,
    ])
      expect(parseToken(text)).toBeUndefined()
  })

  it('is that of the session by its secret, or for a moment by the one before', () => {
    const before = { hash: hashOfSecret('before'), until: 100, authenticatedAt: 1, factors: ['pwd'] }
    const session = { secretHash: hashOfSecret(SECRET), previous: [before] }
    expect(matchSecret(session, SECRET, 0)).toBe('current')
    expect(matchSecret(session, 'before', 99)).toBe(before)
    expect(matchSecret(session, 'before', 100)).toBeUndefined()
    expect(matchSecret(session, 'other', 0)).toBeUndefined()
    expect(matchSecret({ secretHash: '', previous: [] }, '', 0)).toBeUndefined()
  })

  it('is stored as SHA-256', () => {
    expect(hashOfSecret('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})

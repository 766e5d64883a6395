import { expect, it } from 'vitest'
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.ts'

const tokenOf = (bytes: number): VerifiedToken => ({
  claims: { sub: 'ada', aud: 'orders', exp: 1 },
  identity: { principal: { id: 'ada', kind: 'user' } },
  expiresAt: 1000,
  revision: 0,
  bytes,
})

it('verified tokens take no more than their bytes, and those in use stay', () => {
  const tokens = new VerifiedTokens(1000)
  const used = tokenOf(100)
  tokens.put('used', used)
  for (let at = 0; at < 100; at++) {
    tokens.put(`other ${at}`, tokenOf(100))
    expect(tokens.get('used')).toBe(used)
  }
  const kept = Array.from({ length: 100 }, (_, at) => tokens.get(`other ${at}`)).filter(Boolean)
  expect(kept.length).toBeGreaterThanOrEqual(4)
  expect(kept.length).toBeLessThanOrEqual(9)
})

it('what does not fit is not kept, and drops nothing', () => {
  const tokens = new VerifiedTokens(1000)
  tokens.put('small', tokenOf(100))
  tokens.put('large', tokenOf(501))
  expect(tokens.get('large')).toBeUndefined()
  expect(tokens.get('small')).toBeDefined()
  const none = new VerifiedTokens(0)
  none.put('small', tokenOf(100))
  expect(none.get('small')).toBeUndefined()
})

it('what is deleted makes room', () => {
  const tokens = new VerifiedTokens(1000)
  for (let at = 0; at < 100; at++) {
    tokens.put('one', tokenOf(300))
    tokens.delete('one')
  }
  tokens.put('other', tokenOf(200))
  tokens.put('one', tokenOf(300))
  expect(tokens.get('one')).toBeDefined()
  expect(tokens.get('other')).toBeDefined()
})

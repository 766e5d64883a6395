import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PUBLIC_ALGORITHMS } from './algorithms.ts'
import { readKeySet } from './key-set.ts'
import { chooseKeys } from './verification-key.ts'

const jwk = (kid?: string, alg?: string) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ...(kid === undefined ? {} : { kid }),
  ...(alg === undefined ? {} : { alg }),
})
const keysOf = (...keys: object[]) => readKeySet({ keys }, PUBLIC_ALGORITHMS).keys

describe('the keys of a token', () => {
  it('RFC 7515 §4.1.4: are the one that it names', () => {
    const keys = keysOf(jwk('a'), jwk('b'))
    expect(chooseKeys(keys, { alg: 'ES256', kid: 'b' })).toEqual([keys[1]])
    expect(chooseKeys(keys, { alg: 'ES256', kid: 'c' })).toEqual([])
    expect(chooseKeys(keys, { alg: 'ES384', kid: 'b' })).toEqual([])
  })

  it('are the only one, where the token or the key has no id', () => {
    const [named] = keysOf(jwk('a'))
    expect(chooseKeys([named!], { alg: 'ES256' })).toEqual([named])
    const [nameless] = keysOf(jwk())
    expect(chooseKeys([nameless!], { alg: 'ES256', kid: 'a' })).toEqual([nameless])
  })

  it('are all that would do, up to eight', () => {
    const two = keysOf(jwk('a'), jwk('b'))
    expect(chooseKeys(two, { alg: 'ES256' })).toEqual(two)
    const same = keysOf(jwk('a'), jwk('a'), jwk('b'), jwk())
    expect(chooseKeys(same, { alg: 'ES256', kid: 'a' })).toEqual(same.slice(0, 2))
    const many = keysOf(...Array.from({ length: 9 }, () => jwk()))
    expect(chooseKeys(many.slice(1), { alg: 'ES256' })).toHaveLength(8)
    expect(chooseKeys(many, { alg: 'ES256' })).toEqual([])
  })

  it('are none by an id that is not text', () => {
    for (const kid of [7, null, ['a'], {}])
      expect(chooseKeys(keysOf(jwk('a')), { alg: 'ES256', kid })).toEqual([])
  })
})

it('RFC 8725 §3.1: a key without an algorithm is used with the first that it is fit for', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  expect(keysOf(rsa)[0]!.algorithms).toEqual(['RS256'])
  expect(readKeySet({ keys: [rsa] }, ['PS384', 'RS256']).keys[0]!.algorithms).toEqual(['PS384'])
  expect(keysOf({ ...rsa, alg: 'PS512' })[0]!.algorithms).toEqual(['PS512'])
  const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  // Two names of one (RFC 9864 §2.2).
  expect(keysOf({ ...edwards, alg: 'EdDSA' })[0]!.algorithms).toEqual(['EdDSA', 'Ed25519'])
})

it('a set is read within bounds', () => {
  const one = jwk('a')
  expect(() => readKeySet({ keys: Array.from({ length: 101 }, () => one) }, PUBLIC_ALGORITHMS)).toThrow(
    'more than 100',
  )
  for (const wrong of [null, undefined, [], {}, 'keys', { keys: {} }])
    expect(() => readKeySet(wrong, PUBLIC_ALGORITHMS)).toThrow('not a JSON Web Key Set')
  const { keys, skipped } = readKeySet(
    { keys: [one, null, { kty: 'oct', k: 'AA' }, { kty: 'EC' }] },
    PUBLIC_ALGORITHMS,
  )
  expect(keys.length).toBe(1)
  expect(skipped.join('\n')).toBe(
    'keys[1] is not an object.\nkeys[2] is a private key or a secret.\nkeys[3] cannot be read.',
  )
})

import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearer, type BearerOptions } from '@keelson/auth'

const user = () => ({ id: 'ada' })
const pemOf = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) =>
  key.export({ type: 'spki', format: 'pem' }) as string
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const exchange = generateKeyPairSync('x25519')
const pem = pemOf(ec.publicKey)
const LONG = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'

const make = (options: object) => () =>
  bearer({ audience: 'orders', user, ...options } as BearerOptions<object>)

describe('bearer refuses at start', () => {
  it.each<readonly [string, object, RegExp]>([
    ['no keys', {}, /no keys.*Give issuer, jwks, secret or key/s],
    ['two sources of keys', { secret: LONG, key: pem }, /secret and key/],
    ['a secret of 248 bits', { secret: LONG.slice(1) }, /248 bits.*ERR_CORE_SECRET/s],
    [
      'a secret of hexadecimal digits that has 128',
      { secret: '0123456789abcdef0123456789abcdef' },
      /128 bits/,
    ],
    [
      'a secret too short for its algorithm',
      { secret: LONG, algorithms: ['HS512'] },
      /256 bits, and HS512 needs 512/,
    ],
    ['no audience', { audience: undefined, key: pem }, /audience/],
    ['an empty list of audiences', { audience: [], key: pem }, /audience/],
    ['a wildcard as audience', { audience: '*', key: pem }, /wildcard/],
    ['an audience with a wildcard', { audience: ['orders', 'https://*.example.com'], key: pem }, /wildcard/],
    ['an issuer without TLS', { issuer: 'http://id.example.com' }, /allowInsecureIssuer/],
    ['an issuer on loopback without TLS', { issuer: 'http://127.0.0.1:1' }, /allowInsecureIssuer/],
    ['an issuer that is no URL', { issuer: 'accounts' }, /not a URL/],
    ['an issuer with a password', { issuer: 'https://a:b@id.example.com' }, /without user/],
    ['RFC 8414 §2: an issuer with a query', { issuer: 'https://id.example.com?a=1' }, /has a query/],
    ['RFC 8414 §2: an issuer with a fragment', { issuer: 'https://id.example.com#a' }, /fragment/],
    ['keys at a URL of nobody', { jwks: 'https://id.example.com/jwks' }, /whose they are/],
    ['keys at a URL without TLS', { issuer: 'a', jwks: 'http://id.example.com/jwks' }, /allowInsecureIssuer/],
    ['HS256 with a public key', { key: pem, algorithms: ['HS256'] }, /HS256 cannot be used with public keys/],
    [
      'HS256 with an issuer',
      { issuer: 'https://id.example.com', algorithms: ['HS256'] },
      /HS256 cannot be used/,
    ],
    ['RS256 with a secret', { secret: LONG, algorithms: ['RS256'] }, /RS256 cannot be used with a secret/],
    ['none', { key: pem, algorithms: ['none'] }, /algorithms/],
    ['an algorithm that the key is not fit for', { key: pem, algorithms: ['RS256'] }, /fit for none/],
    ['a private key', { key: ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) }, /private key/],
    ['a private key as an object', { key: ec.privateKey }, /private key/],
    ['a private key as a JWK', { key: ec.privateKey.export({ format: 'jwk' }) }, /private key/],
    [
      'a private key in a set',
      { jwks: { keys: [ec.privateKey.export({ format: 'jwk' })] } },
      /keys\[0\] is a private key/,
    ],
    ['an empty set of keys', { jwks: { keys: [] } }, /no keys/],
    ['RFC 7518 §3.3: a key of RSA under 2048 bits', { key: pemOf(weak.publicKey) }, /2048/],
    ['a key that signs nothing', { key: pemOf(exchange.publicKey) }, /fit for none/],
    ['text that is no key', { key: 'key' }, /PEM/],
    ['an option that does not exist', { key: pem, audiences: 'a' }, /audiences/],
  ])('%s', (_what, options, message) => {
    expect(make(options)).toThrow(message)
  })

  it('without a word of the secret', () => {
    expect(make({ secret: 'hunter2-hunter2' })).toThrow(/^(?!.*hunter2)/s)
  })

  it('nothing that is right', () => {
    expect(make({ key: pem })).not.toThrow()
    expect(make({ secret: { reveal: () => LONG } })).not.toThrow()
    expect(make({ issuer: 'https://id.example.com/' })).not.toThrow()
    expect(make({ issuer: 'urn:issuer', key: pem })).not.toThrow()
    expect(make({ issuer: 'http://127.0.0.1:1', allowInsecureIssuer: true })).not.toThrow()
  })
})

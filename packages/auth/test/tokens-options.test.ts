import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createApp, route } from '@keelson/core'
import { createMemoryBus, createMemoryCacheStore, createMemoryStore, systemClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { keyValueRefreshTokenStore, Tokens, tokens, type IssuerOptions } from '@keelson/auth/tokens'

const SECRET = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'
const ed = generateKeyPairSync('ed25519')
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const locked = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' },
})
const OTHER_D = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d
const jwk = (more: object = {}) => ({ ...ec.privateKey.export({ format: 'jwk' }), ...more })

const good = {
  keys: [{ key: ed.privateKey }],
  issuer: 'https://shop.example.com',
  audience: 'orders',
  user: () => ({ id: 'ada' }),
}
const make = (options: object) => () => tokens({ ...good, ...options } as IssuerOptions<object>)

describe('tokens refuses at start', () => {
  it.each<readonly [string, object, RegExp]>([
    ['no keys', { keys: [] }, /keys/],
    ['a key of nothing', { keys: [{}] }, /keys\[0\].*not one of key and secret/s],
    ['a key of both', { keys: [{ key: ed.privateKey, secret: SECRET }] }, /not one of key and secret/],
    ['a secret of 248 bits', { keys: [{ secret: SECRET.slice(1) }] }, /248 bits.*ERR_CORE_SECRET/s],
    ['a secret too short for its algorithm', { keys: [{ secret: SECRET, alg: 'HS512' }] }, /HS512 needs 512/],
    ['a secret as a key', { keys: [{ key: SECRET }] }, /cannot be read as PEM/],
    ['a secret as an object', { keys: [{ key: createSecretKey(randomBytes(32)) }] }, /It is a secret/],
    ['a secret as a JWK', { keys: [{ key: { kty: 'oct', k: 'AAAA' } }] }, /It is a secret/],
    ['RS256 with a secret', { keys: [{ secret: SECRET, alg: 'RS256' }] }, /RS256 cannot be used/],
    ['HS256 with a private key', { keys: [{ key: ed.privateKey, alg: 'HS256' }] }, /not fit for HS256/],
    ['none', { keys: [{ key: ed.privateKey, alg: 'none' }] }, /alg/],
    ['an algorithm of other keys', { keys: [{ key: ed.privateKey, alg: 'ES256' }] }, /not fit for ES256/],
    ['a JWK of another algorithm', { keys: [{ key: jwk({ alg: 'ES384' }) }] }, /not fit for ES384/],
    ['a JWK for encryption', { keys: [{ key: jwk({ use: 'enc' }) }] }, /not for signatures/],
    ['a JWK for other operations', { keys: [{ key: jwk({ key_ops: ['verify'] }) }] }, /not for signatures/],
    ['a JWK that is broken', { keys: [{ key: jwk({ x: 'AA' }) }] }, /cannot be read as a JWK/],
    ['a JWK of two halves', { keys: [{ key: jwk({ d: OTHER_D }) }] }, /not of its public one/],
    ['RFC 7518 §3.3: RSA under 2048 bits', { keys: [{ key: weak.privateKey }] }, /fit for none/],
    [
      'a key that signs nothing',
      { keys: [{ key: generateKeyPairSync('x25519').privateKey }] },
      /fit for none/,
    ],
    ['a key behind a passphrase', { keys: [{ key: locked.privateKey }] }, /without a passphrase/],
    ['a public key that is to sign', { keys: [{ key: ed.publicKey }] }, /first key signs/],
    ['one key twice', { keys: [{ key: ed.privateKey }, { key: ed.publicKey }] }, /one id/],
    [
      'two keys of one id',
      {
        keys: [
          { kid: 'a', key: ed.privateKey },
          { kid: 'a', key: ec.privateKey },
        ],
      },
      /one id/,
    ],
    ['two secrets without ids', { keys: [{ secret: SECRET }, { secret: `${SECRET}x` }] }, /one id/],
    ['a wildcard as audience', { audience: 'https://*.example.com' }, /wildcard/],
    ['no audience', { audience: [] }, /audience/],
    ['no issuer', { issuer: '' }, /issuer/],
    ['nobody', { user: undefined }, /user/],
    ['access for half a second', { accessTtlMs: 1500 }, /whole seconds/],
    [
      'an idle time beyond the whole',
      { refreshIdleMs: 2000, refreshLifetimeMs: 1000 },
      /at most refreshLifetimeMs/,
    ],
    ['a grace of minutes', { graceMs: 60_001 }, /graceMs/],
    ['two clients of one id', { clients: [{ id: 'a' }, { id: 'a' }] }, /Two clients/],
    ['a short secret of a client', { clients: [{ id: 'a', secret: 'hunter2' }] }, /ERR_CORE_SECRET/],
    ['an option that does not exist', { key: ed.privateKey }, /no option 'key'/],
  ])('%s', (_what, options, message) => {
    expect(make(options)).toThrow(message)
  })

  it('all keys that cannot be used, at once and without a word of them', () => {
    const keys = [
      { key: 'hunter2' },
      { key: `-----BEGIN PRIVATE KEY-----\nhunter2` },
      { key: '{"d":"hunter2"' },
    ]
    expect(make({ keys })).toThrow(/keys\[0\].*keys\[1\].*keys\[2\]/s)
    expect(make({ keys })).toThrow(/^(?!.*hunter2)/s)
  })

  it('an app that uses it, and does not list it in its plugins', async () => {
    const shop = make({})()
    const member = route.use(shop.scheme)
    for (const routes of [
      { me: member.get('/', { access: 'public' }, () => null) },
      { oauth: shop.routes },
      { issue: route.inject({ issuer: Tokens }).get('/', { access: 'public' }, () => null) },
    ])
      await expect(createApp({ log: false, routes }).start()).rejects.toThrow(
        /^(?=.*-> Tokens -> PARTS_OF_TOKENS)(?!.*ERR_CORE_DI_MISSING.*ERR_CORE_DI_MISSING).*createApp\(\{ plugins: \[issuer\] \}\)/s,
      )
  })

  it('two issuers in one app', async () => {
    const app = createApp({ log: false, routes: {}, plugins: [make({})(), make({ name: 'others' })()] })
    await expect(app.start()).rejects.toThrow('Tokens')
  })

  it('a store that may forget', async () => {
    const app = createApp({
      log: false,
      routes: {},
      plugins: [make({})()],
      ports: { store: createMemoryCacheStore() as never },
    })
    await expect(app.start()).rejects.toThrow('keeps')
  })

  it('a store that may forget what was revoked, also where refresh tokens are kept elsewhere', () => {
    const refreshTokens = keyValueRefreshTokenStore(createMemoryStore(), systemClock)
    const ports = {
      store: createMemoryCacheStore(),
      refreshTokens,
      bus: createMemoryBus(),
      clock: systemClock,
    }
    const { user: _, ...options } = good
    expect(() => new Tokens(ports as never, options)).toThrow('keeps')
  })

  it('no time that is a default, or longer than a timer waits', () => {
    for (const refreshLifetimeMs of [2_592_000_000, 90 * 86_400_000])
      expect(make({ refreshLifetimeMs, refreshIdleMs: 30 * 86_400_000 })).not.toThrow()
    expect(make({ refreshIdleMs: 500 })).toThrow(/refreshIdleMs must be an integer from 1000 to 316224000000/)
    expect(make({ graceMs: 61_000 })).toThrow(/graceMs must be a number of milliseconds from 0 to 60000/)
  })

  it('nothing that is right', () => {
    const pem = ed.privateKey.export({ type: 'pkcs8', format: 'pem' })
    for (const key of [pem, jwk(), JSON.stringify(jwk()), { reveal: () => pem }])
      expect(make({ keys: [{ key }] })).not.toThrow()
    expect(make({ keys: [{ secret: { reveal: () => SECRET } }] })).not.toThrow()
    expect(make({ keys: [{ key: ec.privateKey }, { secret: SECRET }, { key: ed.publicKey }] })).not.toThrow()
  })
})

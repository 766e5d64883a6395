// RFC 7517: the keys that an issuer publishes, and those who verify by them. RFC 7638: their ids.
import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, signedIn } from '@keelson/auth'
import type { TokenKey } from '@keelson/auth/tokens'
import { NOW } from './local-issuer.ts'
import { ISSUER, issuerApp } from './token-issuer.ts'

const SECRET = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'
const pairs = {
  EdDSA: generateKeyPairSync('ed25519'),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

async function opened(keys: readonly TokenKey[]) {
  const app = await issuerApp({ keys })
  onTestFinished(() => app.close())
  const published = async () => {
    const answer = await app.request('GET', '/.well-known/jwks.json')
    return (await answer.json()) as { readonly keys: readonly Record<string, unknown>[] }
  }
  return { ...app, published }
}

/** Another service, which knows the issuer by its keys alone. */
async function service(jwks: string) {
  const orders = bearer({
    issuer: ISSUER,
    jwks,
    audience: 'orders',
    profile: 'rfc9068',
    allowInsecureIssuer: true,
    user: ({ sub }) => ({ id: sub }),
  })
  const test = await testApp({
    now: NOW,
    routes: { me: route.use(orders).get('/me', { access: signedIn() }, ({ user }) => user.id) },
  })
  onTestFinished(() => test.close())
  return async (token: string) =>
    (await test.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })).status
}

describe('RFC 7517 §5, the set of keys', () => {
  it.each(Object.entries(pairs))(
    'has the public key of %s, and nothing of the private one',
    async (alg, { privateKey }) => {
      const app = await opened([{ key: privateKey }])
      const { keys } = await app.published()
      const [key] = keys
      expect(keys).toHaveLength(1)
      expect(key).toMatchObject({ use: 'sig', alg, kid: await calculateJwkThumbprint(key as never) })
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(name)
      const { access_token: token } = await app.signIn()
      expect(decodeProtectedHeader(token)).toMatchObject({ alg, kid: key!['kid'] })
      const status = await service(`${app.baseUrl}/.well-known/jwks.json`)
      expect(await status(token)).toBe(200)
    },
  )

  it('has no secret', async () => {
    const app = await opened([{ kid: 'shared', secret: SECRET }, { key: pairs.EdDSA.publicKey }])
    const text = JSON.stringify(await app.published())
    expect(text).not.toContain('shared')
    expect(text).not.toContain('"k"')
    expect(text).toContain('"OKP"')
    const alone = await opened([{ secret: SECRET }])
    expect(await alone.published()).toEqual({ keys: [] })
    expect(await alone.status((await alone.signIn()).access_token)).toBe(200)
  })

  it('may be kept for some minutes by everybody', async () => {
    const app = await opened([{ key: pairs.EdDSA.privateKey }])
    const answer = await app.request('GET', '/.well-known/jwks.json')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('§4: a key keeps the id and the algorithm that it has, or those that it is given', async () => {
    const jwk = { ...pairs.RS256.privateKey.export({ format: 'jwk' }), kid: 'mine', alg: 'PS256' }
    const app = await opened([{ key: JSON.stringify(jwk) }, { kid: 'yours', key: pairs.ES256.publicKey }])
    const { keys } = await app.published()
    expect(keys.map(({ kid, alg }) => [kid, alg])).toEqual([
      ['mine', 'PS256'],
      ['yours', 'ES256'],
    ])
    const { access_token: token } = await app.signIn()
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'PS256', kid: 'mine' })
    expect(await app.status(token)).toBe(200)
    const renamed = await opened([{ kid: 'new', alg: 'RS512', key: pairs.RS256.privateKey }])
    const { access_token: other } = await renamed.signIn()
    expect(decodeProtectedHeader(other)).toMatchObject({ alg: 'RS512', kid: 'new' })
    expect(await renamed.status(other)).toBe(200)
  })
})

describe('rotation of keys', () => {
  const [old, fresh] = [
    { kid: 'old', key: pairs.ES256.privateKey },
    { kid: 'new', key: pairs.EdDSA.privateKey },
  ]

  it('has a new key published before it signs, and the old one verify until it is removed', async () => {
    const before = await opened([old])
    const announced = await opened([old, fresh])
    const turned = await opened([fresh, old])
    const after = await opened([fresh])
    const byOld = (await before.signIn()).access_token
    expect((await announced.published()).keys.map(({ kid }) => kid)).toEqual(['old', 'new'])
    expect(decodeProtectedHeader((await announced.signIn()).access_token).kid).toBe('old')
    const byNew = (await turned.signIn()).access_token
    expect(decodeProtectedHeader(byNew).kid).toBe('new')
    expect([await announced.status(byNew), await turned.status(byOld)]).toEqual([200, 200])
    expect([await after.status(byNew), await after.status(byOld)]).toEqual([200, 401])
    expect(await before.status(byNew)).toBe(401)
  })

  it('lets a secret be followed by a pair of keys', async () => {
    const before = await opened([{ secret: SECRET }])
    const after = await opened([fresh, { secret: SECRET }])
    expect(await after.status((await before.signIn()).access_token)).toBe(200)
    expect(await after.status((await after.signIn()).access_token)).toBe(200)
  })
})

it('a secret and the scheme Token are what bearer verifies elsewhere', async () => {
  const app = await issuerApp({ keys: [{ secret: SECRET }], scheme: 'Token', accessTtlMs: 3_600_000 })
  onTestFinished(() => app.close())
  const answer = await app.signIn()
  expect(answer).toMatchObject({ token_type: 'Token', expires_in: 3600 })
  const elsewhere = await testApp({
    now: NOW,
    routes: {
      me: route
        .use(
          bearer({ secret: SECRET, scheme: 'Token', audience: 'orders', user: ({ sub }) => ({ id: sub }) }),
        )
        .get('/me', { access: signedIn() }, ({ user }) => user.id),
    },
  })
  onTestFinished(() => elsewhere.close())
  const headers = { authorization: `Token ${answer.access_token}` }
  for (const test of [app, elsewhere]) {
    expect((await test.request('GET', '/me', { headers })).status).toBe(200)
    expect((await test.request('GET', '/me')).headers.get('www-authenticate')).toMatch(/^Token realm=/)
  }
  expect(await app.status(answer.access_token)).toBe(401)
})

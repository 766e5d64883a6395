import { createHmac } from 'node:crypto'
import { route } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { bearer, identityOf, signedIn, type BearerClaims, type BearerOptions } from '@keelson/auth'
import { claimsOf, NOW, signer, tokenOf } from './local-issuer.ts'

const ISSUER = 'https://id.example.com'
const SECONDS = NOW / 1000
const rsa = signer('RS256')
const SECRET = 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa'

interface User {
  readonly id: string
}
const toUser = ({ sub }: BearerClaims): User => ({ id: sub })

async function appWith(options: Partial<BearerOptions<User>> = {}) {
  const api = route.use(
    bearer({ issuer: ISSUER, key: rsa.publicKey, audience: 'orders', user: toUser, ...options }),
  )
  const test = await testApp({
    now: NOW,
    routes: {
      open: api.get('/open', { access: 'public' }, ({ user, frame }) => {
        expectTypeOf(user).toEqualTypeOf<User | undefined>()
        return { id: user?.id ?? null, identity: identityOf(frame) ?? null }
      }),
      me: api.get('/me', { access: signedIn() }, ({ user }) => user.id),
    },
  })
  return {
    ...test,
    get: (path: string, authorization?: string) =>
      test.app.fetch(
        new Request(`http://localhost${path}`, {
          headers: authorization === undefined ? {} : { authorization },
        }),
      ),
  }
}

const good = (claims: Record<string, unknown> = {}, head = {}) => tokenOf(rsa, claimsOf(ISSUER, claims), head)
const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

describe('a token that is good', async () => {
  const app = await appWith()

  it('says who calls, until when, how it signed in and what it may', async () => {
    const token = await good({ scope: 'read write', auth_time: SECONDS - 5, amr: ['pwd', 'otp'] })
    const answer = await (await app.get('/open', `Bearer ${token}`)).json()
    expect(answer).toEqual({
      id: 'ada',
      identity: {
        user: { id: 'ada' },
        principal: { id: 'ada', kind: 'user', scopes: ['read', 'write'] },
        expiresAt: NOW + 3_600_000,
        authenticatedAt: NOW - 5000,
        factors: ['pwd', 'otp'],
        authScheme: 'Bearer',
      },
    })
  })

  it('is of a service where its subject is its client (RFC 9068 §2.2)', async () => {
    const token = await good({ sub: 'robot', client_id: 'robot' })
    expect(await (await app.get('/open', `Bearer ${token}`)).json()).toMatchObject({
      identity: { principal: { id: 'robot', kind: 'service', scopes: [] } },
    })
  })

  it.each(['bearer', 'BEARER', 'Bearer  '])('is taken after %j (RFC 9110 §11.1)', async (scheme) => {
    expect((await app.get('/me', `${scheme} ${await good()}`)).status).toBe(200)
  })

  it.each([
    ['its audience in a list', { aud: ['shop', 'orders'] }, {}],
    ['a type with its prefix', {}, { typ: 'application/at+JWT' }],
    ['an end within the skew of clocks', { exp: SECONDS - 4 }, {}],
    ['a begin within the skew of clocks', { nbf: SECONDS + 5 }, {}],
    [
      'a head that names keys elsewhere, which are not looked at',
      {},
      { jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' },
    ],
  ])('may have %s', async (_what, claims, head) => {
    expect((await app.get('/me', `Bearer ${await good(claims, head)}`)).status).toBe(200)
  })
})

describe('without a token', async () => {
  const app = await appWith()

  it('there is no user', async () => {
    expect(await (await app.get('/open')).json()).toEqual({ id: null, identity: null })
    expect(await (await app.get('/open', 'Basic YTpi')).json()).toEqual({ id: null, identity: null })
  })

  it('RFC 6750 §3: a 401 has a challenge, §3.1: without an error code', async () => {
    const answer = await app.get('/me')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]*"$/)
  })
})

describe('a token that is not good', async () => {
  const app = await appWith()
  const other = signer('RS256')
  const unsigned = (head: unknown, claims: unknown = claimsOf(ISSUER)) => `${part(head)}.${part(claims)}`
  const hs256 = (key: string) => {
    const input = unsigned({ alg: 'HS256' })
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
  }
  const withClaims = (json: string) => resign({ alg: 'RS256' }, json)
  const resign = async (head: unknown, claims: string) => {
    const { createSign } = await import('node:crypto')
    const input = `${part(head)}.${part(claims)}`
    return `${input}.${createSign('RSA-SHA256').update(input).sign(rsa.privateKey, 'base64url')}`
  }
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string

  it.each<readonly [string, () => string | Promise<string>]>([
    ['RFC 8725 §3.2, RFC 9068 §4: alg none', () => `${unsigned({ alg: 'none' })}.`],
    ['alg none with a signature', () => `${unsigned({ alg: 'none' })}.AAAA`],
    ['RFC 8725 §2.1: HS256 with the public key', () => hs256(pem)],
    [
      'RFC 8725 §3.1: another algorithm of the same key',
      () => tokenOf({ ...rsa, alg: 'PS256' }, claimsOf(ISSUER)),
    ],
    [
      'two alg, of which the last counts (RFC 7515 §4)',
      async () => {
        const [, claims, signature] = (await good()).split('.')
        return `${part('{"alg":"RS256","alg":"none"}')}.${claims}.${signature}`
      },
    ],
    ['RFC 7515 §5.2: a signature by another key', () => tokenOf(other, claimsOf(ISSUER))],
    [
      'RFC 8725 §3.10: a signature by the key of its own head',
      () => tokenOf(other, claimsOf(ISSUER), { jwk: other.jwk as never, kid: rsa.kid }),
    ],
    [
      'RFC 7515 §5.2: changed claims',
      async () => {
        const [head, , signature] = (await good()).split('.')
        return `${head}.${part(claimsOf(ISSUER, { sub: 'eve' }))}.${signature}`
      },
    ],
    [
      'RFC 7515 §4.1.11: crit',
      () => resign({ alg: 'RS256', crit: ['x'], x: 1 }, JSON.stringify(claimsOf(ISSUER))),
    ],
    [
      'RFC 7797 §3: b64 false',
      () => resign({ alg: 'RS256', crit: ['b64'], b64: false }, JSON.stringify(claimsOf(ISSUER))),
    ],
    ['a JWE', () => `${part({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
    ['two parts', async () => (await good()).split('.').slice(0, 2).join('.')],
    ['padding', async () => `${await good()}=`],
    ['a space within', async () => (await good()).replace('.', '. ')],
    ['another token after it', async () => `${await good()}, Bearer ${await good()}`],
    ['nothing', () => ''],
    ['8 KB', async () => `${await good()}${'A'.repeat(8192)}`],
    ['64 KB', () => `${'A'.repeat(60_000)}.AA.AA`],
    ['no JSON', () => `${part('{')}.${part('{')}.AAAA`],
    ['claims that are a list', () => withClaims('[]')],
    [
      'claims that are not UTF-8',
      () => resign({ alg: 'RS256' }, Buffer.from([0xff, 0xfe]).toString('latin1')),
    ],
    ['RFC 7519 §4.1.1: another issuer', () => good({ iss: 'https://id.example.com/' })],
    ['RFC 7519 §4.1.1: no issuer', () => good({ iss: undefined })],
    ['RFC 7519 §4.1.3: another audience', () => good({ aud: 'shop' })],
    ['RFC 7519 §4.1.3: a list without it', () => good({ aud: ['shop', 'order'] })],
    ['RFC 7519 §4.1.3: no audience', () => good({ aud: undefined })],
    ['RFC 7519 §4.1.4: an end in the past', () => good({ exp: SECONDS - 5 })],
    ['no end', () => good({ exp: undefined })],
    [
      'an end that is text',
      () => withClaims(JSON.stringify(claimsOf(ISSUER, { exp: String(SECONDS + 60) }))),
    ],
    [
      'an end at 1e400',
      () => withClaims(JSON.stringify(claimsOf(ISSUER)).replace(/"exp":\d+/, '"exp":1e400')),
    ],
    ['RFC 7519 §4.1.5: a begin in the future', () => good({ nbf: SECONDS + 6 })],
    ['a sign-in at a text', () => good({ auth_time: 'now' })],
    ['no subject', () => good({ sub: undefined })],
    ['an empty subject', () => good({ sub: '' })],
    ['a subject that is a list', () => good({ sub: ['ada'] })],
    ['RFC 8725 §3.11: another type', () => good({}, { typ: 'logout+jwt' })],
    ['RFC 9449 §6.1: the hash of a key of its owner', () => good({ cnf: { jkt: 'abc' } })],
  ])('is a 401: %s', async (_what, token) => {
    const answer = await app.get('/me', `Bearer ${await token()}`)
    expect(answer.status).toBe(401)
    // RFC 6750 §3, §3.1
    const challenge = answer.headers.get('www-authenticate')
    expect(challenge).toMatch(
      /^Bearer error="invalid_token", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]+"$/,
    )
    expect(await answer.json()).toMatchObject({ code: 'ERR_CORE_UNAUTHORIZED' })
  })

  it('is never taken for no token', async () => {
    expect((await app.get('/open', 'Bearer no')).status).toBe(401)
    expect((await app.get('/open', 'Bearer')).status).toBe(401)
  })

  it('is in no line of the log', async () => {
    const token = await good({ sub: 'eve-of-the-log', aud: 'shop' })
    await app.get('/me', `Bearer ${token}`)
    const lines = JSON.stringify(app.log.lines)
    expect(lines).not.toContain(token.slice(-20))
    expect(lines).not.toContain('eve-of-the-log')
  })
})

describe('RFC 9068', async () => {
  const app = await appWith({ profile: 'rfc9068' })
  const claims = { client_id: 'web', jti: '1' }
  const head = { typ: 'at+jwt' }

  it('§2: a token with all that it has to have is good', async () => {
    expect((await app.get('/me', `Bearer ${await good(claims, head)}`)).status).toBe(200)
  })

  it.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])('§2.2: %s must be there', async (name) => {
    const token = await good({ ...claims, [name]: undefined }, head)
    expect((await app.get('/me', `Bearer ${token}`)).status).toBe(401)
  })

  it.each([{}, { typ: 'JWT' }])('§4: the type must be at+jwt, not %j', async (other) => {
    expect((await app.get('/me', `Bearer ${await good(claims, other)}`)).status).toBe(401)
  })
})

describe('the user', () => {
  it('may be promised, and nobody is a 401', async () => {
    const app = await appWith({ user: async ({ sub }) => (sub === 'ada' ? { id: 'of ada' } : undefined) })
    expect(await (await app.get('/me', `Bearer ${await good()}`)).text()).toBe('of ada')
    const answer = await app.get('/me', `Bearer ${await good({ sub: 'eve' })}`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('is asked at every request, of claims that nobody changes', async () => {
    const seen: BearerClaims[] = []
    const app = await appWith({
      user: (claims) => {
        seen.push(claims)
        expect(() => {
          ;(claims as { sub: string }).sub = 'eve'
        }).toThrow(TypeError)
        return { id: String(seen.length) }
      },
    })
    const token = `Bearer ${await good({ roles: ['a'] })}`
    expect(await (await app.get('/me', token)).text()).toBe('1')
    expect(await (await app.get('/me', token)).text()).toBe('2')
    expect(seen[1]).toBe(seen[0])
    expect(Object.isFrozen(seen[0]!['roles'])).toBe(true)
  })
})

it('a token that was verified is not good any more when it ends', async () => {
  const app = await appWith({ clockSkewMs: 0 })
  const token = `Bearer ${await good({ exp: SECONDS + 10 })}`
  expect((await app.get('/me', token)).status).toBe(200)
  await app.clock.advance(9999)
  expect((await app.get('/me', token)).status).toBe(200)
  await app.clock.advance(1)
  expect((await app.get('/me', token)).status).toBe(401)
})

it('a secret verifies what it signed, and the header may say Token', async () => {
  const app = await appWith({ key: undefined, secret: SECRET, scheme: 'Token' })
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claimsOf(ISSUER))}`
  const sign = (alg: string) => `${input}.${createHmac(alg, SECRET).update(input).digest('base64url')}`
  expect((await app.get('/me', `Token ${sign('sha256')}`)).status).toBe(200)
  expect((await app.get('/me', `Token ${sign('sha384')}`)).status).toBe(401)
  const missing = await app.get('/me', `Bearer ${sign('sha256')}`)
  expect(missing.headers.get('www-authenticate')).toMatch(/^Token realm="[^"]*"$/)
  // As a key, so that clients which are made of the document send it: no registry has a scheme Token.
  expect(toOpenApi(app.app).components.securitySchemes).toMatchObject({
    bearer: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-auth-scheme': 'Token' },
  })
})

it.each(['RS256', 'ES256', 'EdDSA'] as const)(
  'keys of %s may be given as PEM, as JWK and as a set',
  async (alg) => {
    const by = signer(alg)
    const pem = by.publicKey.export({ type: 'spki', format: 'pem' }) as string
    const token = await tokenOf(by, claimsOf(ISSUER))
    for (const keys of [{ key: pem }, { key: by.jwk }, { key: undefined, jwks: { keys: [by.jwk] } }]) {
      const app = await appWith(keys)
      expect((await app.get('/me', `Bearer ${token}`)).status).toBe(200)
    }
  },
)

// RFC 7519 (JSON Web Token), RFC 9068 (access tokens) and RFC 8725 (best current practices): claims, by `bearer` and by `tokens`.
import { afterAll, describe, expect, it } from 'vitest'
import { bearer } from '@keelson/auth'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { NOW, signer } from './local-issuer.ts'
import { by, encoded, GOOD_HEAD, SECONDS, signed, openVerifiers } from './token-verifiers.ts'

const { all, good, goodClaims, issuer, statusesOf, verifiers, close } = await openVerifiers()
afterAll(close)

const json = (from: string | RegExp, to: string) =>
  signed(GOOD_HEAD, JSON.stringify(goodClaims()).replace(from, to))

describe('RFC 7519', () => {
  it.each<readonly [string, () => string]>([
    ['§4.1.3: its audience in a list', () => good({ aud: ['shop', 'orders'] })],
    ['§4.1.4: an end within the skew of clocks', () => good({ exp: SECONDS - 4 })],
    ['§2: an end with a fraction', () => good({ exp: SECONDS + 10.5 })],
    ['§4.1.5: a begin now', () => good({ nbf: SECONDS })],
    ['§4.1.6: no more than its own time of issue', () => good({ iat: SECONDS + 60 })],
    ['§4: claims that nobody knows', () => good({ 'https://x.example/role': { deep: [1] } })],
    ['§5.1: its type with the prefix, in other case', () => good({}, { typ: 'APPLICATION/AT+JWT' })],
  ])('may have %s', async (_what, token) => {
    expect(await statusesOf(token())).toEqual(all(200))
  })

  it.each<readonly [string, () => string]>([
    ['§7.2, step 10: claims that are not UTF-8', () => signed(GOOD_HEAD, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['§7.2, step 10: claims that are not JSON', () => signed(GOOD_HEAD, '{"sub":')],
    ['§7.2, step 10: claims that are a list', () => signed(GOOD_HEAD, '[]')],
    ['§7.2, step 10: claims that are text', () => signed(GOOD_HEAD, '"ada"')],
    ['§7.2, step 10: claims that are null', () => signed(GOOD_HEAD, 'null')],
    ['§5.2: a token within a token', () => signed({ ...GOOD_HEAD, cty: 'JWT' }, good())],
    ['§6: a token without a signature', () => `${encoded({ alg: 'none' })}.${encoded(goodClaims())}.`],
    ['§4.1.1: another issuer', () => good({ iss: 'https://id.example.com' })],
    ['§4.1.1: the issuer with a slash more', () => good({ iss: `${issuer.url}/` })],
    ['§4.1.1: the issuer in other case', () => good({ iss: issuer.url.toUpperCase() })],
    ['§4.1.1: issuers in a list', () => good({ iss: [issuer.url] })],
    ['§4.1.1: no issuer', () => good({ iss: undefined })],
    ['§4.1.2: a subject that is a number', () => good({ sub: 7 })],
    ['§4.1.2: a subject that is a list', () => good({ sub: ['ada'] })],
    ['§4.1.2: a subject that is null', () => good({ sub: null })],
    ['§4.1.2: an empty subject', () => good({ sub: '' })],
    ['§4.1.3: another audience', () => good({ aud: 'shop' })],
    ['§4.1.3: the audience in other case', () => good({ aud: 'Orders' })],
    ['§4.1.3: the begin of the audience', () => good({ aud: 'order' })],
    ['§4.1.3: a list without it', () => good({ aud: ['shop', 'order'] })],
    ['§4.1.3: an empty list', () => good({ aud: [] })],
    ['§4.1.3: a list in a list', () => good({ aud: [['orders']] })],
    ['§4.1.3: an object', () => good({ aud: { orders: true } })],
    ['§4.1.3: no audience', () => good({ aud: undefined })],
    ['§4.1.4: an end that was', () => good({ exp: SECONDS - 6 })],
    ['§4.1.4: an end at this moment, less the skew', () => good({ exp: SECONDS - 5 })],
    ['§4.1.4: an end that is text', () => good({ exp: String(SECONDS + 60) })],
    ['§4.1.4: an end that is null', () => good({ exp: null })],
    ['§4.1.4: an end at 1e400', () => json(/"exp":\d+/, '"exp":1e400')],
    ['§4.1.4: an end at 1e20, which is not a moment', () => json(/"exp":\d+/, '"exp":1e20')],
    ['§4.1.4: no end', () => good({ exp: undefined })],
    ['§4: two ends, of which the last counts', () => json(/"exp":(\d+)/, '"exp":$1,"exp":1')],
    ['§4.1.5: a begin in the future', () => good({ nbf: SECONDS + 6 })],
    ['§4.1.5: a begin that is text', () => good({ nbf: 'now' })],
    ['§4.1.5: a begin at 1e400', () => json(/"exp"/, '"nbf":1e400,"exp"')],
    ['§4.1.6: a time of issue that is text', () => good({ iat: 'now' })],
    ['§4.1.7: an id that is a number', () => good({ jti: 7 })],
  ])('is a 401 with %s', async (_what, token) => {
    expect(await statusesOf(token())).toEqual(all(401))
  })
})

describe('RFC 9068', () => {
  it('§4: what tokens issues is verified by each of them that asks for all', async () => {
    const [ownIssuer] = verifiers.filter(({ name }) => name === 'tokens')
    expect((await ownIssuer!.ask(good())).status).toBe(200)
  })

  it.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
    '§2.2: without %s a token is not one of tokens',
    async (name) => {
      expect(new Map(await statusesOf(good({ [name]: undefined }))).get('tokens')).toBe(401)
    },
  )

  it.each([undefined, 'JWT', 'jwt', 'id+jwt', 'at+jwt2', 'application/jwt', 7])(
    '§4, RFC 8725 §3.11: with the type %j a token is not one of tokens',
    async (typ) => {
      expect(new Map(await statusesOf(good({}, { typ }))).get('tokens')).toBe(401)
    },
  )

  it('§5: an ID token of the same issuer is not an access token for profile rfc9068', async () => {
    const strict = bearer({
      issuer: issuer.url,
      key: by.publicKey,
      audience: 'orders',
      profile: 'rfc9068',
      user: ({ sub }) => ({ id: sub }),
    })
    await using test = await testApp({
      transport: 'socket',
      now: NOW,
      routes: { me: route.use(strict).get('/', { access: 'public' }, ({ user }) => user?.id ?? '') },
    })
    const status = async (token: string) =>
      (await test.request('GET', '/', { headers: { authorization: `Bearer ${token}` } })).status
    const idToken = good({ nonce: 'n', client_id: undefined, jti: undefined }, { typ: 'JWT' })
    expect([await status(idToken), await status(good())]).toEqual([401, 200])
  })
})

describe('RFC 8725', () => {
  it.each(['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'token-introspection+jwt', 'JOSE'])(
    '§3.11, §3.12: a token of the type %s is of no access',
    async (typ) => {
      expect(await statusesOf(good({}, { typ }))).toEqual(all(401))
    },
  )

  it('§3.3: a token that is bound to a key is not one for its bearer alone', async () => {
    for (const cnf of [{ jkt: 'a' }, { 'x5t#S256': 'a' }, {}, null])
      expect(await statusesOf(good({ cnf }))).toEqual(all(401))
  })

  it('§3.10: deeply nested claims of 7 KB are no more than claims', async () => {
    const deep = `${'['.repeat(2500)}${']'.repeat(2500)}`
    expect(await statusesOf(json('"aud"', `"deep":${deep},"aud"`))).toEqual(all(200))
  })

  it('§2.1: a token of 8 KB or more is refused before it is read', async () => {
    for (const length of [8192, 12_000])
      expect(await statusesOf(`${good()}${'A'.repeat(length)}`)).toEqual(all(401))
    // 64 KB are more than the head of a request may have.
    const statuses = new Set((await statusesOf('A'.repeat(65_536))).map(([, status]) => status))
    expect([...statuses].every((status) => status === 401 || status === 431)).toBe(true)
  })

  it('§3.8: a key of another issuer in one process verifies nothing here', async () => {
    const other = signer('ES256', by.kid)
    expect(await statusesOf(signed(GOOD_HEAD, goodClaims(), other.privateKey))).toEqual(all(401))
  })
})

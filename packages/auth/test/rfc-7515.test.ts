// RFC 7515 (JSON Web Signature), RFC 7516 (JSON Web Encryption), RFC 7518 (algorithms), RFC 7797: what must be refused, by `bearer` and by
// `tokens`.
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { bearer } from '@keelson/auth'
import { signer } from './local-issuer.ts'
import { authenticated, by, encoded, GOOD_HEAD, signed, openVerifiers } from './token-verifiers.ts'

const { all, good, goodClaims, issuer, statusesOf, close } = await openVerifiers()
afterAll(close)

const parts = () => good().split('.') as [string, string, string]
const withHead = (head: object) => signed({ ...GOOD_HEAD, ...head }, goodClaims())
const elsewhere = signer('ES256')

describe('RFC 7515', () => {
  it('§5.2: what is right in all is good', async () => {
    expect(await statusesOf(good())).toEqual(all(200))
  })

  it.each<readonly [string, () => string]>([
    ['§3.1: two parts', () => parts().slice(0, 2).join('.')],
    ['§3.1: four parts', () => `${good()}.AAAA`],
    ['§3.1: no head', () => `.${parts()[1]}.${parts()[2]}`],
    ['§3.1: no signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['appendix F: claims that are detached', () => `${parts()[0]}..${parts()[2]}`],
    [
      '§7.2: the JSON serialization',
      () => JSON.stringify({ protected: parts()[0], payload: parts()[1], signature: parts()[2] }),
    ],
    ['§2: base64url with padding', () => `${parts()[0]}.${parts()[1]}.${parts()[2]}==`],
    ['§2: a space within', () => good().replace('.', '. ')],
    ['§2: a tab within', () => good().replace('.', '.\t')],
    ['§2: base64 with + and /', () => `${parts()[0]}.${parts()[1]}.${'+/'.repeat(43)}`],
    ['§2: bytes beyond ASCII', () => `${parts()[0]}.${parts()[1]}.ÿ`],
    ['§5.2, step 2: a head that is not base64url', () => `e.${parts()[1]}.${parts()[2]}`],
    ['§5.2, step 3: a head that is not UTF-8', () => signed(Buffer.from([0xff, 0xfe]), goodClaims())],
    ['§5.2, step 3: a head that is not JSON', () => signed('{"alg":"ES256"', goodClaims())],
    ['§5.2, step 3: a head that is a list', () => signed('["ES256"]', goodClaims())],
    ['§5.2, step 3: a head that is null', () => signed('null', goodClaims())],
    [
      '§4: two alg, of which the last counts',
      () => signed('{"typ":"at+jwt","alg":"ES256","alg":"none"}', goodClaims()),
    ],
    ['§4.1.1: no alg', () => withHead({ alg: undefined })],
    ['§4.1.1: alg in another case', () => withHead({ alg: 'es256' })],
    ['§4.1.1: alg as a list', () => withHead({ alg: ['ES256'] })],
    ['§4.1.1: alg of an unknown name', () => withHead({ alg: 'ES256X' })],
    ['§4.1.1: an alg that does not fit the key', () => withHead({ alg: 'RS256' })],
    ['§4.1.11: crit with what is not known', () => withHead({ crit: ['exp'], exp: 1 })],
    ['§4.1.11: crit with what is not there', () => withHead({ crit: ['x'] })],
    ['§4.1.11: crit that is empty', () => withHead({ crit: [] })],
    ['§4.1.11: crit that names a registered member', () => withHead({ crit: ['alg'] })],
    ['§4.1.11: crit as text', () => withHead({ crit: 'exp', exp: 1 })],
    ['§4.1.11: crit that is null', () => withHead({ crit: null })],
    ['RFC 7797 §3: b64 that is false', () => withHead({ crit: ['b64'], b64: false })],
    ['RFC 7797 §6: b64 that is false, and not critical', () => withHead({ b64: false })],
    ['RFC 7797 §3: b64 that is null', () => withHead({ b64: null })],
    ['RFC 7797 §3: b64 that is text', () => withHead({ b64: 'true' })],
    [
      'RFC 7797 §3: claims that are not encoded',
      () => {
        const input = `${encoded({ ...GOOD_HEAD, b64: false, crit: ['b64'] })}.${JSON.stringify(goodClaims())}`
        const key = { key: by.privateKey, dsaEncoding: 'ieee-p1363' } as const
        return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
      },
    ],
    [
      '§5.2, step 8: another signature',
      () => `${parts()[0]}.${parts()[1]}.${good({ sub: 'bob' }).split('.')[2]}`,
    ],
    [
      '§5.2, step 8: changed claims',
      () => `${parts()[0]}.${encoded(goodClaims({ sub: 'eve' }))}.${parts()[2]}`,
    ],
    ['§5.2, step 8: a changed head', () => `${encoded({ ...GOOD_HEAD, x: 1 })}.${parts()[1]}.${parts()[2]}`],
    ['§5.2, step 8: a signature by another key', () => signed(GOOD_HEAD, goodClaims(), elsewhere.privateKey)],
  ])('%s is a 401', async (_what, token) => {
    expect(await statusesOf(token())).toEqual(all(401))
  })

  it('§4: of two members of one name the last counts, for all readers of the head alike', async () => {
    const head = `{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"${by.kid}"}`
    expect(await statusesOf(signed(head, goodClaims()))).toEqual(all(200))
  })

  it.each<readonly [string, () => object]>([
    ['§4.1.2: jku', () => ({ jku: `${issuer.url}/jku` })],
    ['§4.1.3: jwk', () => ({ jwk: elsewhere.jwk })],
    ['§4.1.5: x5u', () => ({ x5u: `${issuer.url}/x5u` })],
    ['§4.1.6: x5c', () => ({ x5c: ['AAAA'] })],
  ])('%s of a head is not looked at', async (_what, head) => {
    const token = signed({ ...GOOD_HEAD, ...head(), kid: by.kid }, goodClaims(), elsewhere.privateKey)
    expect(await statusesOf(token)).toEqual(all(401))
    expect(await statusesOf(withHead(head()))).toEqual(all(200))
    expect(issuer.asked.filter((path) => path.includes('jku') || path.includes('x5u'))).toEqual([])
  })

  it.each<unknown>([
    '../../etc/passwd',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    '',
    7,
    null,
    ['a'],
    { a: 1 },
    `${by.kid} `,
    'x'.repeat(5000),
  ])('§4.1.4: kid %j finds no key where there are several', async (kid) => {
    const statuses = new Map(await statusesOf(withHead({ kid })))
    expect(statuses.get('bearer with a set of keys')).toBe(401)
    expect(statuses.get('bearer with an issuer')).toBe(401)
    expect(statuses.get('tokens')).toBe(401)
  })
})

describe('RFC 7516', () => {
  it.each<readonly [string, () => string]>([
    ['§7.1: five parts', () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
    ['three of its parts', () => `${encoded({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.AAAA.AAAA`],
    [
      'a head with both alg and enc',
      () => withHead({ enc: 'A256GCM' }).replace(/^[^.]+/, encoded({ alg: 'dir', enc: 'A128GCM' })),
    ],
    [
      'RFC 8725 §3.6: a compressed one',
      () => `${encoded({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..AAAA.AAAA.AAAA`,
    ],
  ])('what is encrypted is a 401: %s', async (_what, token) => {
    expect(await statusesOf(token())).toEqual(all(401))
  })
})

describe('RFC 7518', () => {
  const none = (head: object = {}) => `${encoded({ ...GOOD_HEAD, alg: 'none', ...head })}.${parts()[1]}`

  it.each<readonly [string, () => string]>([
    ['§3.6: none, as it is written', () => `${none()}.`],
    ['§3.6: none, with a signature', () => `${none()}.AAAA`],
    ['§3.6: none, with the right signature', () => withHead({ alg: 'none' })],
    ['§3.6: None', () => `${none({ alg: 'None' })}.AAAA`],
    ['§3.6: NONE, without a key', () => `${none({ alg: 'NONE', kid: undefined })}.AAAA`],
    [
      '§3.2: HS256 with the PEM of the public key',
      () =>
        authenticated(
          { ...GOOD_HEAD, alg: 'HS256' },
          goodClaims(),
          by.publicKey.export({ type: 'spki', format: 'pem' }) as string,
        ),
    ],
    [
      '§3.2: HS256 with the DER of the public key',
      () =>
        authenticated(
          { ...GOOD_HEAD, alg: 'HS256' },
          goodClaims(),
          by.publicKey.export({ type: 'spki', format: 'der' }),
        ),
    ],
    [
      '§3.2: HS256 with the JWK of the public key',
      () => authenticated({ ...GOOD_HEAD, alg: 'HS256' }, goodClaims(), JSON.stringify(by.jwk)),
    ],
    [
      '§3.2: HS256 with an empty secret',
      () => authenticated({ ...GOOD_HEAD, alg: 'HS256' }, goodClaims(), ''),
    ],
    [
      '§3.4: a signature in DER',
      () =>
        `${parts()[0]}.${parts()[1]}.${sign('sha256', Buffer.from(parts().slice(0, 2).join('.')), by.privateKey).toString('base64url')}`,
    ],
    [
      '§3.4: a signature of zeros',
      () => `${parts()[0]}.${parts()[1]}.${Buffer.alloc(64).toString('base64url')}`,
    ],
    ['§3.4: a signature that is cut', () => good().slice(0, -2)],
    ['§3.4: a signature that goes on', () => `${good()}AA`],
    ['§3.4: ES512 by the same key', () => withHead({ alg: 'ES512' })],
  ])('%s is a 401', async (_what, token) => {
    expect(await statusesOf(token())).toEqual(all(401))
  })

  it('§3.3, §3.5: a key of RSA has at least 2048 bits, or nothing starts with it', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(() => bearer({ key: publicKey, audience: 'a', user: () => null })).toThrow('fit for none')
  })
})

// RFC 7517 §4.5, RFC 7515 §4.1.4: an id need not be there, and need not be that of one key alone.
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer, signedIn } from '@keelson/auth'
import { NOW, signer } from './local-issuer.ts'
import { GOOD_HEAD, SECONDS, signed } from './token-verifiers.ts'

const one = signer('ES256')
const two = signer('ES256')
const stranger = signer('ES256')
const without = ({ kid: _kid, ...jwk }: Record<string, unknown>): object => jwk
const named = (jwk: object, kid: string): object => ({ ...jwk, kid })

async function opened(keys: readonly object[]) {
  const member = route.use(bearer({ jwks: { keys }, audience: 'orders', user: ({ sub }) => ({ id: sub }) }))
  const test = await testApp({
    now: NOW,
    routes: { me: member.get('/me', { access: signedIn() }, ({ user }) => user.id) },
  })
  onTestFinished(() => test.close())
  return {
    test,
    status: async (by: typeof one, kid?: string, claims: object = {}) => {
      const head = { ...GOOD_HEAD, kid }
      const said = { sub: 'ada', aud: 'orders', exp: SECONDS + 300, ...claims }
      const token = signed(head, said, by.privateKey)
      return (await test.request('GET', '/me', { headers: { authorization: `Bearer ${token}` } })).status
    },
  }
}

describe('a key that cannot verify tokens', () => {
  const others: readonly (readonly [string, object])[] = [
    ['one for encryption', { ...stranger.jwk, use: 'enc' }],
    ['one of a kind that is not known', { kty: 'AKP', alg: 'ML-DSA-44', kid: 'q', pub: 'AA' }],
    [
      'one for other operations',
      { ...without(stranger.jwk as never), use: undefined, key_ops: ['deriveKey'] },
    ],
    ['one of a curve that is not accepted', { ...stranger.jwk, crv: 'secp256k1', alg: 'ES256K' }],
  ]

  it.each(others)('is passed over beside a good one, and the log tells: %s', async (_what, other) => {
    const { test, status } = await opened([other, one.jwk])
    expect(await status(one, one.kid)).toBe(200)
    expect(await status(stranger, stranger.kid)).toBe(401)
    const told = test.log.lines.filter(({ event }) => event === 'keys-passed-over')
    expect(told).toMatchObject([{ usable: 1, skipped: [expect.stringContaining('keys[0] ')] }])
  })

  it.each(others)('is refused at the start where there is no other: %s', (_what, other) => {
    const make = () =>
      bearer({ jwks: { keys: [other] }, audience: 'orders', user: ({ sub }) => ({ id: sub }) })
    expect(make).toThrow(/Option jwks cannot be used\. keys\[0\] /)
  })
})

describe('a token that several keys of a set fit', () => {
  it.each<readonly [string, readonly object[], string | undefined]>([
    ['keys of one id', [named(one.jwk, 'k'), named(two.jwk, 'k')], 'k'],
    ['keys without ids', [without(one.jwk as never), without(two.jwk as never)], undefined],
    ['keys without ids, and a token with one', [without(one.jwk as never), without(two.jwk as never)], 'k'],
    ['keys of ids, and a token without', [named(one.jwk, '1'), named(two.jwk, '2')], undefined],
    ['one key of two ids', [named(one.jwk, '1'), named(one.jwk, '2'), named(two.jwk, '3')], undefined],
  ])('is good by any of them, and by no other: %s', async (_what, keys, kid) => {
    const { status } = await opened(keys)
    expect([await status(one, kid), await status(two, kid), await status(stranger, kid)]).toEqual([
      200, 200, 401,
    ])
    expect(await status(one, kid, { exp: SECONDS - 300 })).toBe(401)
  })

  it('is by no key of another id', async () => {
    const { status } = await opened([
      named(one.jwk, '1'),
      named(two.jwk, '2'),
      without(stranger.jwk as never),
    ])
    expect([await status(one, '1'), await status(one, '2'), await status(stranger, '1')]).toEqual([
      200, 401, 401,
    ])
  })
})

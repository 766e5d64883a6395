// Each way in which this package verifies tokens, over sockets: `bearer` by a key, a set of keys, an issuer on loopback, and `tokens` by its ring.
import { createHmac, sign } from 'node:crypto'
import { route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { ability, bearer, identityOf, signedIn, type Scheme } from '@keelson/auth'
import { tokens } from '@keelson/auth/tokens'
import { claimsOf, localIssuer, NOW, signer, type Signer } from './local-issuer.ts'

export const SECONDS = NOW / 1000
/** What signs all that is good. */
export const by: Signer = signer('ES256')
const user = ({ sub }: { readonly sub: string }) => ({ id: sub })

function schemesOf(
  issuer: string,
): Readonly<Record<string, () => readonly [Scheme<{ id: string }>, object]>> {
  const known = { issuer, audience: 'orders', user }
  return {
    'bearer with a key': () => [bearer({ ...known, key: by.publicKey }), {}],
    'bearer with a set of keys': () => [
      bearer({ ...known, jwks: { keys: [by.jwk, signer('EdDSA').jwk] } }),
      {},
    ],
    'bearer with an issuer': () => [bearer({ ...known, allowInsecureIssuer: true }), {}],
    tokens: () => {
      const shop = tokens({ ...known, keys: [{ kid: by.kid, key: by.privateKey }] })
      return [shop.scheme, { plugins: [shop] }]
    },
  }
}

/** An app whose callers are found in one of these ways. */
async function open(name: string, [scheme, options]: readonly [Scheme<{ id: string }>, object]) {
  const member = route.use(scheme)
  const test = await testApp({
    transport: 'socket',
    now: NOW,
    ...options,
    routes: {
      me: member.get('/me', { access: signedIn() }, ({ user: found }) => found.id),
      form: member.post('/me', { access: signedIn(), consumes: ['*/*'] }, ({ user: found }) => found.id),
      open: member.get('/open', { access: 'public' }, () => identityOf()?.principal.id ?? 'nobody'),
      list: member.get('/orders', { access: ability('orders:read', 'orders:list') }, () => 'orders'),
    },
  })
  return {
    name,
    test,
    ask: (token: string, path = '/me') =>
      test.request('GET', path, { headers: { authorization: `Bearer ${token}` } }),
  }
}

/** All of them, and what their issuer signs; the issuer publishes its key. Test files share a process, so each opens and closes its own. */
export async function openVerifiers() {
  const issuer = await localIssuer(by)
  const schemes = Object.entries(schemesOf(issuer.url))
  const verifiers = await Promise.all(schemes.map(([name, make]) => open(name, make())))
  /** Claims that are good by RFC 9068 and for all of them. */
  const goodClaims = (claims: Record<string, unknown> = {}): Record<string, unknown> =>
    claimsOf(issuer.url, { client_id: 'app', jti: 'AAAAAAAAAAAAAAAAAAAAAA', ...claims })
  return {
    issuer,
    verifiers,
    goodClaims,
    /** A token that is good, but for its parts. */
    good: (claims: Record<string, unknown> = {}, head: Record<string, unknown> = {}) =>
      signed({ ...GOOD_HEAD, ...head }, goodClaims(claims)),
    /** What each of them answers. */
    statusesOf: (token: string): Promise<readonly (readonly [string, number])[]> =>
      Promise.all(verifiers.map(async ({ name, ask }) => [name, (await ask(token)).status] as const)),
    /** The same of all. */
    all: (status: number) => verifiers.map(({ name }) => [name, status] as const),
    close: async () => {
      for (const { test } of verifiers) await test.close()
      await issuer[Symbol.asyncDispose]()
    },
  }
}

/** A head that is good. */
export const GOOD_HEAD: Readonly<Record<string, unknown>> = { typ: 'at+jwt', alg: 'ES256', kid: by.kid }

export type Part = string | Buffer | object

export function encoded(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part)
  return Buffer.from(bytes as string).toString('base64url')
}

/** A token of any bytes, with a right signature of ES256. */
export function signed(head: Part, claims: Part, key = by.privateKey): string {
  const input = `${encoded(head)}.${encoded(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** A token with a MAC. */
export function authenticated(head: Part, claims: Part, secret: string | Buffer): string {
  const input = `${encoded(head)}.${encoded(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

// An issuer on loopback whose answers a test chooses.
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, type JWTHeaderParameters } from 'jose'

/** Time at which tokens of tests are issued, ms. */
export const NOW = Date.UTC(2030, 0, 1)
const NOW_SECONDS = NOW / 1000

/** A pair of keys that signs. */
export interface Signer {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Record<string, unknown>
}

const made = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

export function signer(alg: keyof typeof made = 'ES256', kid: string = randomUUID()): Signer {
  const { privateKey, publicKey } = made[alg]()
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
  }
}

/** Claims that are good for an hour; `undefined` leaves one out. */
export function claimsOf(issuer: string, claims: Record<string, unknown> = {}): Record<string, unknown> {
  const all = { iss: issuer, aud: 'orders', sub: 'ada', iat: NOW_SECONDS, exp: NOW_SECONDS + 3600, ...claims }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** A token of a signer. */
export async function tokenOf(
  by: Signer,
  claims: Record<string, unknown>,
  head: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: by.alg, kid: by.kid, ...head } as JWTHeaderParameters)
    .sign(by.privateKey)
}

/** An issuer. */
export interface LocalIssuer extends AsyncDisposable {
  readonly url: string
  /** Keys that it publishes. */
  keys: readonly object[]
  /** Paths that were asked for. */
  readonly asked: string[]
  /** Answers instead; `true` when it did. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** A token by its first key. */
  token(claims?: Record<string, unknown>, head?: Partial<JWTHeaderParameters>): Promise<string>
}

export async function localIssuer(by: Signer = signer(), path = ''): Promise<LocalIssuer> {
  const asked: string[] = []
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '')
    if (issuer.answer?.(request, response) === true) return
    const documents: Record<string, unknown> = {
      [`${path}/.well-known/openid-configuration`]: { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
      [`${path}/jwks`]: { keys: issuer.keys },
    }
    const found = documents[request.url ?? '']
    response.statusCode = found === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(found ?? {}))
  }
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer: LocalIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    keys: [by.jwk],
    asked,
    answer: undefined,
    token: (claims, head) => tokenOf(by, claimsOf(issuer.url, claims), head),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return issuer
}

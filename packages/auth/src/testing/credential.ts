// Real credentials for tests, made by what the app itself makes them with.
import type { Injectable, SecurityDemand } from '@keelson/core'
import { ApiKeys } from '../api-keys/index.ts'
import type { AnySchemeDefinition } from '../schemes/index.ts'
import { Sessions } from '../sessions/index.ts'
import { Tokens } from '../tokens/index.ts'

/** What a credential is to say. */
export interface CredentialFacts {
  readonly scopes?: readonly string[] | undefined
  readonly factors?: readonly string[] | undefined
  readonly authenticatedAt?: number | undefined
}

/** Finds a service of the app. */
export type Resolve = <T>(target: Injectable<T>) => T

type Headers = Readonly<Record<string, string>>

/** Makes credentials of one kind. */
export interface Minter {
  /** What they can say. */
  readonly says: readonly (keyof CredentialFacts)[]
  mint(userId: string, facts: CredentialFacts): Promise<Headers>
}

/** What makes the credentials of a scheme; `undefined` where the app itself makes none. */
export function minterOf(
  { inject = {}, security }: AnySchemeDefinition,
  resolve: Resolve,
): Minter | undefined {
  const services: readonly unknown[] = Object.values(inject)
  if (services.includes(ApiKeys))
    return {
      says: ['scopes'],
      mint: async (userId, { scopes = [] }) => {
        const { key } = await resolve(ApiKeys).issue({ userId, name: 'test', abilities: scopes })
        return headersFor(security, key.reveal())
      },
    }
  if (services.includes(Sessions))
    return {
      says: ['factors', 'authenticatedAt'],
      mint: async (userId, { factors, authenticatedAt }) => {
        const sessions = resolve(Sessions)
        const about = { factors, authenticatedAt, device: 'test' }
        const { token } = await sessions.signIn(undefined, userId, about)
        return cookieOf(sessions.cookie, token.reveal())
      },
    }
  if (services.includes(Tokens))
    return {
      says: ['scopes', 'factors', 'authenticatedAt'],
      mint: async (userId, facts) => headersFor(security, await resolve(Tokens).issueAccess(userId, facts)),
    }
  return undefined
}

/** Puts a credential where documents say that it goes. */
function headersFor({ scheme }: SecurityDemand, credential: string): Headers {
  if (scheme?.type === 'apiKey') {
    const { name, authScheme } = scheme
    return { [name.toLowerCase()]: authScheme === undefined ? credential : `${authScheme} ${credential}` }
  }
  const name = scheme?.type === 'http' && scheme.scheme !== 'bearer' ? scheme.scheme : 'Bearer'
  return { authorization: `${name} ${credential}` }
}

/** As a browser sends it from a page of the app; over plain HTTP the cookie has no prefix. */
function cookieOf(name: string, token: string): Headers {
  return { cookie: `${name}=${token}; __Host-${name}=${token}`, 'sec-fetch-site': 'same-origin' }
}

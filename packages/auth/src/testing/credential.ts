// Real credentials for tests, made by what the app itself makes them with.
import type { Injectable, SecurityDemand } from '@keelson/core'
import { ApiKeys } from '../api-keys/index.ts'
import type { AnySchemeDefinition } from '../schemes/index.ts'

/** What a credential is to say. */
export interface CredentialOptions {
  readonly scopes: readonly string[]
}

/** Finds a service of the app. */
export type Resolve = <T>(target: Injectable<T>) => T

type Headers = Readonly<Record<string, string>>
type Mint = (userId: string, options: CredentialOptions) => Promise<Headers>

/** How a credential of a scheme is made; `undefined` where the app has nothing that makes one. */
export function minterOf({ inject = {}, security }: AnySchemeDefinition, resolve: Resolve): Mint | undefined {
  const services: readonly unknown[] = Object.values(inject)
  if (services.includes(ApiKeys))
    return async (userId, { scopes }) => {
      const { key } = await resolve(ApiKeys).issue({ userId, name: 'test', abilities: scopes })
      return headersFor(security, key.reveal())
    }
  return undefined
}

/** Puts a credential where documents say that it goes. */
function headersFor({ scheme }: SecurityDemand, credential: string): Headers {
  return scheme?.type === 'apiKey'
    ? { [scheme.name.toLowerCase()]: credential }
    : { authorization: `Bearer ${credential}` }
}

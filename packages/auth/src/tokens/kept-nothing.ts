// What stands where an issuer keeps nothing: its tokens are good until they end, and what would need a store says so.
import { ArgumentError } from '@keelson/core'
import type { RefreshFamilies } from './refresh-families.ts'
import type { RevokedTokens } from './revoked-tokens.ts'

/** What is public of a class. */
type PublicOf<T> = { [K in keyof T]: T[K] }

export type Families = PublicOf<RefreshFamilies>
export type Revocable = PublicOf<RevokedTokens>

/** Of an issuer without refresh tokens: none is known, and none is made. */
export const NO_FAMILIES: Families = {
  make: noRefresh,
  add: noRefresh,
  find: () => Promise.resolve(undefined),
  rotate: noRefresh,
  repeat: noRefresh,
  list: () => Promise.resolve([]),
  end: noRefresh,
}

/** Of an issuer that has no store: nothing was revoked, and nothing can be. */
export function nothingRevoked(now: () => number): Revocable {
  return {
    revision: 0,
    listen: () => Promise.resolve(),
    close: () => Promise.resolve(),
    revoke: noRevocation,
    revokedUntil: () => Promise.resolve(0),
    isKnown: () => false,
    isRevoked: () => Promise.resolve(false),
    timeAfter: now,
  }
}

function noRefresh(): never {
  throw new ArgumentError(
    'The issuer has `refresh: false`, and so no refresh tokens. Call issueAccess, or omit refresh.',
  )
}

function noRevocation(): never {
  throw new ArgumentError(
    'The issuer keeps nothing (`refresh: false`, `checkRevoked: false`): its tokens are good until they end. Omit one of the two to revoke them.',
  )
}

import type { Argon2 } from './argon2.ts'
import { tryParseArgon2 } from './argon2-hash.ts'
import { tryParseBcrypt } from './bcrypt-hash.ts'
import { tryParsePbkdf2 } from './pbkdf2-hash.ts'
import { tryParseScrypt } from './scrypt-hash.ts'
import { unreadable, type StoredHash } from './stored-hash.ts'

/** Longest text that is looked at; those of all formats are shorter by far. */
const MAX_LENGTH = 1024

/** What others store for a user who signs in by other ways: nothing, Django's `!` and 40 characters, the `!` and `*` of Unix. No hash begins so. */
const NO_PASSWORD = /^(?:$|[!*])/

/** A way in that is named instead of a hash: `google`, `oauth:github:1`. Hashes have `$`, and what has digits may be one of another format. */
const OTHER_WAY = /^[a-z_-]+(?:[:|][^$]*)?$/i

/** Whether a stored text says that there is no password. */
export function isNoPassword(stored: string | null | undefined): stored is undefined | null {
  return stored === undefined || stored === null || NO_PASSWORD.test(stored) || OTHER_WAY.test(stored)
}

/** Reads a stored hash of any format. @throws {PasswordHashError} for an unknown one */
export function readHash(stored: string, argon2: Argon2): StoredHash {
  const found =
    stored.length > MAX_LENGTH
      ? undefined
      : (tryParseArgon2(stored, argon2) ??
        tryParseBcrypt(stored) ??
        tryParseScrypt(stored) ??
        tryParsePbkdf2(stored))
  if (found === undefined)
    throw unreadable(
      'A stored hash is of no known format: argon2, bcrypt, scrypt or PBKDF2.',
      'Give undefined for a user who has no password, and store null for such users.',
    )
  return found
}

// The pepper stands before the hash: HMAC-SHA-256 of the password, so that who has the database alone has nothing to guess at.
import type { AppSecret, DerivedKeys } from '@keelson/core'
import { createKeys } from '@keelson/core/ports'
import { unreadable } from './stored-hash.ts'

const PURPOSE = 'auth-passwords'
/** `pepper.<key id>` before the string of the hash. PHC strings have no place for it, and begin with `$`. */
const PEPPERED = /^pepper\.([\w-]{8})(\$.+)$/

/** What a stored text says of its pepper. */
export interface Peppered {
  /** The hash without it. */
  readonly hash: string
  /** Whether it was made with the current pepper, or without one where there is none. */
  readonly isCurrent: boolean
  /** What is hashed of a password. */
  readonly season: (password: string) => string
}

/** Peppers by the id of their key. */
export class Pepper {
  readonly #byId: ReadonlyMap<string, DerivedKeys>
  readonly #current: string | undefined

  /** @throws {SetupError} `ERR_CORE_SECRET` for one that is too short or stands there twice */
  constructor(secrets: readonly AppSecret[] | undefined) {
    if (secrets !== undefined) createKeys(secrets)
    const keys = (secrets ?? []).map((secret) => createKeys([secret]).derive(PURPOSE))
    this.#byId = new Map(keys.map((one) => [idOf(one), one]))
    this.#current = keys[0] === undefined ? undefined : idOf(keys[0])
  }

  /** What is hashed of a new password. */
  season(password: string): string {
    return this.#current === undefined ? password : this.#byId.get(this.#current)!.sign(password)
  }

  /** The text to store for a hash. */
  label(hash: string): string {
    return this.#current === undefined ? hash : `pepper.${this.#current}${hash}`
  }

  /** @throws {PasswordHashError} where the pepper of the hash is not given */
  read(stored: string): Peppered {
    const match = PEPPERED.exec(stored)
    if (match === null)
      return { hash: stored, isCurrent: this.#current === undefined, season: (password) => password }
    const [, id = '', hash = ''] = match
    const keys = this.#byId.get(id)
    if (keys === undefined)
      throw unreadable(
        `A stored hash was made with the pepper ${id}, which is not given.`,
        'Give it after the current one: Passwords.bind({ pepper: [current, old] }).',
      )
    return { hash, isCurrent: id === this.#current, season: (password) => keys.sign(password) }
  }
}

/** Signatures begin with the version of their format and the id of their key. */
function idOf(keys: DerivedKeys): string {
  return keys.sign('').split('.')[1]!
}

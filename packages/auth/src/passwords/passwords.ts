import {
  ArgumentError,
  LOGGER,
  optional,
  token,
  type Logger,
  type Provider,
  type Startable,
} from '@keelson/core'
import { checkOptions, withDefaults } from '@keelson/core/options'
import { bindWith, readPart } from '../provider/index.ts'
import { loadArgon2, type Argon2 } from './argon2.ts'
import { hashByArgon2, hashOfNobody, kindOf, type Argon2Cost } from './argon2-hash.ts'
import { PasswordHashError, refusedFor } from './errors.ts'
import { HashQueue } from './hash-queue.ts'
import { formsOf, textFlaw, toHashedForm } from './password-text.ts'
import { PASSWORDS_OPTIONS, type PasswordsOptions, type ReadyPasswordsOptions } from './passwords-options.ts'
import { Pepper } from './pepper.ts'
import { isNoPassword, readHash } from './read-hash.ts'
import { UnreadableHashes } from './unreadable-hashes.ts'

/** Nothing provides it: an app that gives options binds {@link Passwords}. */
const OPTIONS = token<PasswordsOptions>('options of Passwords')

/** What {@link Passwords.verify} gives for a right password. */
export interface PasswordMatch {
  /** What to store instead of the old hash, which is of another algorithm, cost or pepper. */
  readonly newHash?: string | undefined
}

/**
 * Hashes passwords and verifies them: argon2id with 19 MiB and 2 passes (RFC 9106), as PHC strings of about 97 characters. It is a service: a
 * route or a class that injects it has one; {@link Passwords.bind} gives it options. The text is normalised (NFKC) and bounded before.
 *
 * - Of a user who is not there nothing is told by time: `verify(password, undefined)` takes as long as with a hash of its own.
 * - Hashes of bcrypt, scrypt, PBKDF2 and argon2 of other costs are verified, and `newHash` is what to store from then on. Those of bcrypt need
 *   `npm install bcryptjs`.
 * - A text that is not a hash of a known format is wrong, as any wrong password: the log is told once for each reason, without the text.
 * - Few hashes run at once, a few more wait: beyond that it is 503, at once. The end of a request ends its wait.
 *
 * @param log - gets a line about stored hashes that cannot be read; default: a process warning, `ERR_AUTH_PASSWORD_HASH`
 * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_SECRET` for a pepper of fewer than 256 bits; at start `ERR_AUTH_ARGON2` where no argon2 can be loaded
 * @example
 * const passwords = new Passwords()
 * const stored = await passwords.hash('correct horse battery staple')
 * await passwords.verify('incorrect horse battery staple', stored) // => undefined
 */
export class Passwords implements Startable {
  static readonly inject = [optional(OPTIONS), LOGGER] as const

  /**
   * The provider of passwords with options, for `providers` of an app.
   *
   * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_SECRET`, with the place of the call
   * @example
   * const routes = {}
   * const app = createApp({ name: 'shop', routes, providers: [Passwords.bind({ maxQueued: 500 })] })
   */
  static bind(options: PasswordsOptions = {}): Provider {
    const below = Passwords.bind as never
    const place = { name: 'Passwords.bind', below }
    checkOptions(PASSWORDS_OPTIONS, options, place)
    readPart('pepper', place, () => new Pepper(options.pepper))
    return bindWith(Passwords, {
      ports: [LOGGER],
      inject: {},
      make: ([log]) => new Passwords(options, log),
      below,
    })
  }

  readonly #pepper: Pepper
  readonly #cost: Argon2Cost
  readonly #queue: HashQueue
  readonly #nobody: string
  readonly #unreadable: UnreadableHashes
  #argon2: Promise<Argon2> | undefined

  constructor(options: PasswordsOptions = {}, log?: Logger) {
    checkOptions(PASSWORDS_OPTIONS, options, { name: 'Passwords', below: Passwords as never })
    const { memoryKiB, passes, maxConcurrent, maxQueued } = withDefaults<ReadyPasswordsOptions>(
      PASSWORDS_OPTIONS,
      options,
    )
    this.#pepper = new Pepper(options.pepper)
    this.#cost = { memoryKiB, passes }
    this.#queue = new HashQueue({ maxConcurrent, maxQueued })
    this.#nobody = this.#pepper.label(hashOfNobody(this.#cost))
    this.#unreadable = new UnreadableHashes(log)
  }

  /** Loads argon2, so that the first sign-in does not. Apps call it at their start. */
  async onStart(): Promise<void> {
    await this.#load()
  }

  /**
   * Makes the hash to store for a new password; ask {@link assertPassword} first whether it is a good one.
   *
   * @throws {PasswordRefusedError} `ERR_AUTH_PASSWORD_REFUSED`, 422, for an empty one, one of more than 1024 bytes, and one that is not well-formed
   * @throws {ServiceUnavailableError} 503 with `retry-after` where too many wait
   */
  async hash(password: string): Promise<string> {
    assertText(password)
    const flaw = textFlaw(password)
    if (flaw !== undefined) throw refusedFor([flaw])
    const argon2 = await this.#load()
    return this.#queue.run(() => this.#hash(password, argon2))
  }

  /**
   * Whether a password is that of a stored hash: an object if it is, and `undefined` for a wrong one, which is not an error.
   *
   * @param stored - `undefined` for a user who is not there, or has no password: wrong, and no sooner than for one who has. So are `null`, `''` and
   *   what begins with `!` or `*`, as Django and others store it for a user without a password,
   *   and what names another way in, `google`, `oauth:github:1`. What cannot be read is wrong as well, and told in the log
   * @throws {ServiceUnavailableError} 503 with `retry-after` where too many wait
   * @example
   * const passwords = new Passwords()
   * const user = { id: 7, hash: await passwords.hash('correct horse battery staple') }
   * const match = await passwords.verify('correct horse battery staple', user.hash)
   * if (match === undefined) throw new UnauthorizedError('The name or the password is wrong.')
   * if (match.newHash !== undefined) user.hash = match.newHash
   */
  async verify(password: string, stored: string | null | undefined): Promise<PasswordMatch | undefined> {
    assertText(password)
    // The same for everybody: it tells nothing of a user.
    if (textFlaw(password) !== undefined) return undefined
    const argon2 = await this.#load()
    return this.#queue.run(async () => {
      if (!isNoPassword(stored))
        try {
          return await this.#match(password, stored, argon2)
        } catch (error) {
          if (!(error instanceof PasswordHashError)) throw error
          this.#unreadable.tell(error)
        }
      // As long as with a hash of today, and wrong whatever comes of it.
      await this.#match(password, this.#nobody, argon2)
      return undefined
    })
  }

  async #match(password: string, stored: string, argon2: Argon2): Promise<PasswordMatch | undefined> {
    const { hash, isCurrent, season } = this.#pepper.read(stored)
    const read = readHash(hash, argon2)
    for (const form of formsOf(password)) {
      if (!(await read.matches(season(form)))) continue
      const isAsNew = isCurrent && read.kind === kindOf(this.#cost) && form === toHashedForm(password)
      return isAsNew ? {} : { newHash: await this.#hash(password, argon2) }
    }
    return undefined
  }

  async #hash(password: string, argon2: Argon2): Promise<string> {
    const text = this.#pepper.season(toHashedForm(password))
    return this.#pepper.label(await hashByArgon2(text, this.#cost, argon2))
  }

  #load(): Promise<Argon2> {
    return (this.#argon2 ??= loadArgon2())
  }
}

function assertText(password: unknown): void {
  if (typeof password !== 'string')
    throw new ArgumentError(
      'A password must be a text. Say so in the schema of the body: password: t.String().',
    )
}

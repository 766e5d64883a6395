// On the path of each request: from the header to the caller.
import type { BaseContext } from '@keelson/core'
import { isPromise } from '@keelson/core/options'
import { isSomebody, type Identity } from '../schemes/index.ts'
import { scopesOf, type BearerClaims } from './claims.ts'
import { issuerOf } from './unverified-issuer.ts'
import { TokenHashes } from './token-hashes.ts'
import { invalidToken, TokenProblem } from './token-problem.ts'
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.ts'
import { verifyToken, type Verifier } from './verify-token.ts'

type MaybePromise<T> = T | Promise<T>

/** Which tokens were revoked before their end. */
export interface Revocations {
  /** Whether it is known here that a token was. Costs no promise. */
  isKnown(claims: BearerClaims): boolean
  /**
   * Asks where it is kept; from then on `isKnown` is told.
   *
   * @throws {ServiceUnavailableError} when it cannot be known
   */
  isRevoked(claims: BearerClaims): Promise<boolean>
}

/** What finding a caller needs besides keys and rules. */
export interface FinderOptions<TUser> {
  readonly authScheme: string
  readonly user: (claims: BearerClaims, ctx: BaseContext) => MaybePromise<TUser | undefined | null>
  readonly maxTokenBytes: number
  readonly maxCacheBytes: number
  /** Default: tokens are good until their end. */
  readonly revocations?: Revocations | undefined
}

type Found<TUser> = Identity<TUser> | Promise<Identity<TUser>>

/** Text and claims as objects; what the table and the objects themselves take is added. */
const BYTES_OF_ENTRY = 600

const REVOKED = 'It was revoked.'

export class TokenFinder<TUser> implements Disposable {
  readonly #options: FinderOptions<TUser>
  readonly #verifier: Verifier
  readonly #verified: VerifiedTokens
  /** Undefined where nothing is kept. */
  readonly #hashes: TokenHashes | undefined
  /** `Bearer `, as most write it. */
  readonly #prefix: string

  constructor(options: FinderOptions<TUser>, verifier: Verifier) {
    this.#options = options
    this.#verifier = verifier
    this.#verified = new VerifiedTokens(options.maxCacheBytes)
    this.#hashes = options.maxCacheBytes === 0 ? undefined : new TokenHashes()
    this.#prefix = `${options.authScheme} `
  }

  find(ctx: BaseContext): Found<TUser> | undefined {
    const header = ctx.header('authorization')
    if (header === undefined || !this.#isOurs(header)) return undefined
    if (this.#isTooLong(header)) throw this.#refusal(`It has more than ${this.#options.maxTokenBytes} bytes.`)
    // With the name of the scheme, since a part of a text takes longer to hash.
    const key = this.#hashes?.of(header)
    const known = key === undefined ? undefined : this.#known(key)
    if (known === undefined)
      return this.#verify(this.#tokenIn(header), key).then((verified) => this.#admit(verified, ctx))
    if (this.#options.revocations?.isKnown(known.claims) === true) throw this.#refusal(REVOKED)
    return this.#admit(known, ctx)
  }

  /** A token that was verified, and is good still. */
  #known(key: string): VerifiedToken | undefined {
    const found = this.#verified.get(key)
    if (found === undefined) return undefined
    const { clock, keys } = this.#verifier
    if (found.revision === keys.revision && clock.now() < found.expiresAt && keys.isUsable()) return found
    this.#verified.delete(key)
    return undefined
  }

  /** Whether a token says that it is of this issuer. Nothing of it is believed but whose keys are asked. */
  recognises(ctx: BaseContext): boolean {
    const header = ctx.header('authorization')
    if (header === undefined || !this.#isOurs(header) || this.#isTooLong(header)) return false
    const { issuer } = this.#verifier.rules
    const said = issuerOf(this.#tokenIn(header))
    return said !== undefined && (issuer === undefined || issuer === said.iss)
  }

  [Symbol.dispose](): void {
    const keys = this.#verifier.keys as Partial<Disposable>
    keys[Symbol.dispose]?.()
  }

  /** RFC 9110 §11.4: the name of the scheme has no case, and a space follows it, unless there is nothing more. */
  #isOurs(header: string): boolean {
    const prefix = this.#prefix
    if (header.startsWith(prefix)) return true
    const start = header.length < prefix.length ? `${header} ` : header.slice(0, prefix.length)
    return start.toLowerCase() === prefix.toLowerCase()
  }

  #isTooLong(header: string): boolean {
    return header.length > this.#options.maxTokenBytes + this.#prefix.length
  }

  #tokenIn(header: string): string {
    return header.slice(this.#prefix.length).trimStart()
  }

  async #verify(token: string, key: string | undefined): Promise<VerifiedToken> {
    const { keys } = this.#verifier
    // As of before: what changes meanwhile counts.
    const { revision } = keys
    try {
      const claims = await verifyToken(token, this.#verifier)
      if ((await this.#options.revocations?.isRevoked(claims)) === true) throw new TokenProblem(REVOKED)
      const verified = this.#verifiedOf(claims, revision, token.length * 3 + BYTES_OF_ENTRY)
      if (key !== undefined) this.#verified.put(key, verified)
      return verified
    } catch (error) {
      throw error instanceof TokenProblem ? this.#refusal(error.message) : error
    }
  }

  #verifiedOf(claims: BearerClaims, revision: number, bytes: number): VerifiedToken {
    const { sub, exp, auth_time: authTime, amr, client_id: clientId } = claims
    const identity: VerifiedToken['identity'] = {
      // RFC 9068 §2.2: of a client that acts for itself, `sub` is the client.
      principal: Object.freeze({
        id: sub,
        kind: sub === clientId ? 'service' : 'user',
        scopes: Object.freeze(scopesOf(claims)),
      }),
      expiresAt: exp * 1000,
      authenticatedAt: typeof authTime === 'number' ? authTime * 1000 : undefined,
      factors: Array.isArray(amr) ? Object.freeze(amr.filter((one) => typeof one === 'string')) : undefined,
      authScheme: this.#options.authScheme,
    }
    return { claims, identity, expiresAt: exp * 1000, revision, bytes }
  }

  #admit({ claims, identity }: VerifiedToken, ctx: BaseContext): Found<TUser> {
    const user = this.#options.user(claims, ctx)
    return isPromise(user)
      ? Promise.resolve(user).then((one) => this.#identityOf(one, identity))
      : this.#identityOf(user, identity)
  }

  #identityOf(user: TUser | undefined | null, identity: VerifiedToken['identity']): Identity<TUser> {
    if (!isSomebody(user)) throw this.#refusal('Nobody is known for it.')
    const { principal, expiresAt, authenticatedAt, factors, authScheme } = identity
    return { user, principal, expiresAt, authenticatedAt, factors, authScheme }
  }

  #refusal(why: string): Error {
    return invalidToken(this.#options.authScheme, why)
  }
}

// On the path of each request: what is known of tokens that were verified, so that the same one is not verified again.
import type { Identity } from '../schemes/index.ts'
import type { BearerClaims } from './claims.ts'

/** A token that was verified. */
export interface VerifiedToken {
  readonly claims: BearerClaims
  /** What does not depend on the user. */
  readonly identity: Omit<Identity, 'user'>
  /** End of the token, ms since 1970. */
  readonly expiresAt: number
  /** Of the keys that verified it. */
  readonly revision: number
  /** Roughly what it takes, bytes. */
  readonly bytes: number
}

/**
 * A bounded table in two halves: the younger one takes what is new or used again; when it is full the older one is dropped.
 * So that a use costs a look-up, and no list is kept in order.
 */
export class VerifiedTokens {
  readonly #halfBytes: number
  #young = new Map<string, VerifiedToken>()
  #old = new Map<string, VerifiedToken>()
  #youngBytes = 0

  constructor(maxBytes: number) {
    this.#halfBytes = maxBytes / 2
  }

  get(hash: string): VerifiedToken | undefined {
    const found = this.#young.get(hash)
    if (found !== undefined) return found
    const older = this.#old.get(hash)
    if (older === undefined) return undefined
    this.#old.delete(hash)
    this.put(hash, older)
    return older
  }

  put(hash: string, token: VerifiedToken): void {
    if (token.bytes > this.#halfBytes) return
    if (this.#youngBytes + token.bytes > this.#halfBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    if (!this.#young.has(hash)) this.#youngBytes += token.bytes
    this.#young.set(hash, token)
  }

  delete(hash: string): void {
    const found = this.#young.get(hash)
    if (found !== undefined) this.#youngBytes -= found.bytes
    this.#young.delete(hash)
    this.#old.delete(hash)
  }
}

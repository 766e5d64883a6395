// The programs that refresh and revoke tokens (RFC 6749 §2).
import { hash, timingSafeEqual } from 'node:crypto'
import { ArgumentError } from '@keelson/core'
import { TokenClientError, GrantError } from './errors.ts'
import type { TokenClient } from './options.ts'

export class TokenClients {
  readonly #first: string
  /** By id: the hash of the secret, so that a comparison takes the same time for all. */
  readonly #secrets: ReadonlyMap<string, Buffer | undefined>

  constructor(clients: readonly TokenClient[]) {
    this.#first = clients[0]!.id
    this.#secrets = new Map(
      clients.map(({ id, secret }) => [id, secret === undefined ? undefined : hashOf(textOf(secret))]),
    )
  }

  /** The id of a client that there is; default the first. */
  known(id: string | undefined, place: string): string {
    if (id === undefined || this.#secrets.has(id)) return id ?? this.#first
    throw new ArgumentError(`${place}: Option clientId must be one of clients. Add it there, or omit it.`)
  }

  /**
   * Authenticates a client (RFC 6749 §2.3, §3.2.1).
   *
   * @throws {TokenClientError} for one that is not known, or whose secret is another
   */
  assertAuthentic(id: string, secret: string | undefined): void {
    const known = this.#secrets.get(id)
    const isRight =
      known === undefined
        ? this.#secrets.has(id) && secret === undefined
        : secret !== undefined && timingSafeEqual(known, hashOf(secret))
    if (!isRight) throw new TokenClientError()
  }

  /**
   * Whether a token is of the client that asks: `undefined` is one that has not said who it is, as clients without a secret need not.
   *
   * @throws {TokenClientError} for a client that has a secret and did not authenticate
   * @throws {GrantError} for the token of another one
   */
  assertOwner(owner: string, asks: string | undefined): void {
    if (asks === undefined && this.#secrets.get(owner) !== undefined)
      throw new TokenClientError({ message: 'The client has to authenticate.' })
    if (!this.#secrets.has(owner) || (asks !== undefined && asks !== owner))
      throw new GrantError({ message: 'The token is of another client.' })
  }

  /** Whether a client has proven who it is. */
  hasSecret(id: string | undefined): boolean {
    return id !== undefined && this.#secrets.get(id) !== undefined
  }
}

function hashOf(secret: string): Buffer {
  return Buffer.from(hash('sha256', secret), 'hex')
}

function textOf(secret: string | { reveal(): string }): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}

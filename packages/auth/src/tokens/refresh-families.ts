// Refresh tokens: one of a family is good at a time, each use gives the next, and one that comes again when it was used ends all of them
// (RFC 9700 §4.14.2), unless it is the same caller that did not get the answer.
import { hash } from 'node:crypto'
import { ServiceUnavailableError, type Clock } from '@keelson/core'
import { isSameHash } from '../secret-hash/index.ts'
import { hashOfKey, idOfKey, newKeyText, newSecretOf } from '../key-text/index.ts'
import { askStore } from '../limits/index.ts'
import type { RefreshFamily, RefreshTokenStore } from './contract.ts'
import { openAnswer, sealAnswer } from './sealed-answer.ts'

interface Options {
  readonly store: RefreshTokenStore
  readonly clock: Clock
  readonly prefix: string
  readonly idleMs: number
  readonly maxMs: number
  readonly graceMs: number
  readonly storeTimeoutMs: number
}

/** What a family is begun with. */
export type NewFamily = Pick<RefreshFamily, 'userId' | 'clientId' | 'scopes' | 'authenticatedAt' | 'factors'>

/** What a text is, of what can be known of it. */
export type Standing = 'current' | 'used'

/** A family, and what the token that named it is in it. */
export interface Found {
  readonly family: RefreshFamily
  readonly standing: Standing
}

/** What came of a use. */
export type Used<T> =
  | { readonly outcome: 'rotated' | 'repeated'; readonly answer: T }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'replayed' }

export class RefreshFamilies {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** A new family, which nobody knows until it is added. @returns it, and its first token */
  make(about: NewFamily): { readonly family: RefreshFamily; readonly token: string } {
    const now = this.#options.clock.now()
    const { id, text } = newKeyText(this.#options.prefix)
    const family: RefreshFamily = {
      ...about,
      id: familyIdOf(id),
      createdAt: now,
      usedAt: now,
      ...this.#endsOf(now, now + this.#options.maxMs),
      hash: hashOfKey(text),
    }
    return { family, token: text }
  }

  /** Begins a family. */
  async add(family: RefreshFamily): Promise<void> {
    if (!(await this.#ask((signal) => this.#options.store.add(family, { signal }))))
      throw new ServiceUnavailableError('The tokens could not be made.', { retryAfterSeconds: 1 })
  }

  /** The family of a token, whether it is the one that is good or one before it; `undefined` for what never was a token or has ended. */
  async find(token: string): Promise<Found | undefined> {
    const id = idOfKey(this.#options.prefix, token)
    if (id === undefined) return undefined
    const family = await this.#ask((signal) => this.#options.store.find(familyIdOf(id), { signal }))
    if (family === undefined || family.expiresAt <= this.#options.clock.now()) return undefined
    return { family, standing: isSameHash(family.hash, hashOfKey(token)) ? 'current' : 'used' }
  }

  /**
   * Uses the good token of a family: the next one takes its place.
   *
   * @param answerOf - puts the next token into the answer
   */
  async rotate<T extends object>(
    token: string,
    { family, caller }: { readonly family: RefreshFamily; readonly caller: string },
    answerOf: (next: string) => T,
  ): Promise<Used<T>> {
    const text = this.#nextOf(token)
    const answer = answerOf(text)
    const now = this.#options.clock.now()
    const next: RefreshFamily = {
      ...family,
      usedAt: now,
      ...this.#endsOf(now, Math.min(family.endsAt, family.createdAt + this.#options.maxMs)),
      hash: hashOfKey(text),
      previous: {
        hash: family.hash,
        caller: callerHashOf(caller),
        usedAt: now,
        answer: sealAnswer(answer, token),
      },
    }
    if (await this.#ask((signal) => this.#options.store.replace(next, family.hash, { signal })))
      return { outcome: 'rotated', answer }
    // Another request was faster, perhaps with the same token, perhaps one that ended the family.
    const found = await this.find(token)
    return found === undefined ? { outcome: 'gone' } : this.repeat(token, found.family, caller)
  }

  /** The answer of a token that was used, for the same caller and for a short time; else it is a replay. */
  repeat<T extends object>(token: string, family: RefreshFamily, caller: string): Used<T> {
    const { previous } = family
    const isOurs =
      previous !== undefined &&
      isSameHash(previous.hash, hashOfKey(token)) &&
      isSameHash(previous.caller, callerHashOf(caller)) &&
      this.#options.clock.now() - previous.usedAt <= this.#options.graceMs
    if (!isOurs) return { outcome: 'replayed' }
    return { outcome: 'repeated', answer: openAnswer(previous.answer, token) as T }
  }

  /** Those of a user that have not ended, the last used first. */
  async list(userId: string): Promise<readonly RefreshFamily[]> {
    const all = await this.#ask((signal) => this.#options.store.listByUser(userId, { signal }))
    const now = this.#options.clock.now()
    return all.filter(({ expiresAt }) => expiresAt > now).toSorted((a, b) => b.usedAt - a.usedAt)
  }

  /** @returns whether it was there */
  end({ id, userId }: RefreshFamily): Promise<boolean> {
    return this.#ask((signal) => this.#options.store.remove(id, userId, { signal }))
  }

  /** Another secret behind the same id. */
  #nextOf(token: string): string {
    return newSecretOf(this.#options.prefix, idOfKey(this.#options.prefix, token) as string)
  }

  #endsOf(now: number, endsAt: number): Pick<RefreshFamily, 'expiresAt' | 'endsAt'> {
    return { expiresAt: Math.min(now + this.#options.idleMs, endsAt), endsAt }
  }

  #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, storeTimeoutMs: limitMs } = this.#options
    return askStore(work, { clock, limitMs, what: 'refresh tokens' })
  }
}

function familyIdOf(id: string): string {
  return hash('sha256', id, 'base64url')
}

function callerHashOf(caller: string): string {
  return hash('sha256', caller, 'base64url')
}

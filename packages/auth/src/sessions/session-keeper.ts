// What sessions are: how one begins, is found, changes and ends. Of requests and cookies this file knows nothing.
import { ServiceUnavailableError, UnauthorizedError, type Clock, type Random } from '@keelson/core'
import { END_MARK_MS, endMarkId, isEndMark } from '../access-holder/index.ts'
import { askStore, lostRace } from '../limits/index.ts'
import type { Session, SessionProof, SessionStore, StoredSession } from './contract.ts'
import {
  hashOfSecret,
  matchSecret,
  newSecret,
  newSessionId,
  SESSION_ID_LENGTH,
  type SessionToken,
} from './session-token.ts'
import type { ReadSessionsOptions } from './sessions-options.ts'

/** A session, and by which of its secrets it was found. */
export interface FoundSession {
  readonly session: StoredSession
  /** Whether by its own; else by one from before a rotation a moment ago, which does not keep it alive. */
  readonly isCurrent: boolean
  /** What is proved by that secret: a step-up does not lift the one from before it, which somebody else may have copied. */
  readonly proof: SessionProof
}

/** A session with the secret that it was given now; without one it has the secret that it had. */
export interface GivenSession {
  readonly session: StoredSession
  readonly secret: string | undefined
}

/** What is kept of a sign-in. */
export type SignInFacts = Pick<
  StoredSession,
  'userId' | 'authenticatedAt' | 'factors' | 'isPersistent' | 'device'
>

/** What it works with. */
export interface KeeperParts {
  readonly store: SessionStore
  readonly clock: Clock
  readonly random: Random
  readonly options: ReadSessionsOptions
}

/** What a user has. */
export interface ListedSessions {
  /** Those that have not ended, the one that was used last first. */
  readonly sessions: readonly StoredSession[]
  /** Another text each time that all of them are ended; `undefined` where they have not been lately. */
  readonly lastEnd: string | undefined
}

const MINUTE_MS = 60_000
/** So many changes of one session at once are not made by a browser. */
const MAX_TRIES = 10
/** So many rotations are remembered that a moment may have. */
const MAX_PREVIOUS = 4

export class SessionKeeper {
  readonly #store: SessionStore
  readonly #clock: Clock
  readonly #random: Random
  readonly #options: ReadSessionsOptions

  constructor({ store, clock, random, options }: KeeperParts) {
    this.#store = store
    this.#clock = clock
    this.#random = random
    this.#options = options
  }

  async begin(facts: SignInFacts): Promise<GivenSession & { readonly secret: string }> {
    const now = this.#clock.now()
    const secret = newSecret(this.#random)
    const endsAt = now + this.#options.lifetimeMs
    const session: StoredSession = {
      ...facts,
      id: newSessionId(this.#random),
      createdAt: now,
      lastSeenAt: now,
      secretHash: hashOfSecret(secret),
      previous: [],
      revision: 1,
      expiresAt: this.#expiryOf(now, endsAt),
      endsAt,
    }
    if (!(await this.#ask((signal) => this.#store.write(session, { signal }))))
      throw new ServiceUnavailableError('The session could not be made.', { retryAfterSeconds: 1 })
    return { session, secret }
  }

  /** @returns `undefined` for a session that is not known or has ended, and for a secret that is not its own */
  async find({ id, secret }: SessionToken): Promise<FoundSession | undefined> {
    const session = await this.#ask((signal) => this.#store.read(id, { signal }))
    const now = this.#clock.now()
    if (session === undefined || this.#isOver(session, now)) return undefined
    const match = matchSecret(session, secret, now)
    return match && { session, isCurrent: match === 'current', proof: match === 'current' ? session : match }
  }

  /**
   * Changes a session and gives it a new secret, unless it was found by one from before: then another request has rotated it a moment ago, and
   * its browser has the new one already.
   *
   * @throws {UnauthorizedError} 401 where it was ended meanwhile
   */
  async rotate(
    found: FoundSession,
    token: SessionToken,
    changes: Partial<SessionProof>,
  ): Promise<GivenSession> {
    let current: FoundSession | undefined = found
    for (let at = 0; at < MAX_TRIES; at++) {
      if (current === undefined) throw new UnauthorizedError('The session has ended.')
      const secret = current.isCurrent ? newSecret(this.#random) : undefined
      const changed = { ...current.session, ...changes }
      const next = secret === undefined ? changed : this.#withSecret(changed, secret, current.session)
      const session = await this.#put(next)
      if (session !== undefined) return { session, secret }
      current = await this.find(token)
    }
    throw lostRace({
      detail: 'The session is being changed by others.',
      call: '`rotate` of a session',
      tries: MAX_TRIES,
    })
  }

  /** Whether it is to be noted that a session is used: once a minute, and often enough that it does not end while it is. */
  isToBeNoted({ session, isCurrent }: FoundSession): boolean {
    const everyMs = Math.min(MINUTE_MS, this.#options.idleMs / 10)
    return isCurrent && this.#clock.now() - session.lastSeenAt >= everyMs
  }

  /** Notes that a session is used. Where another request changes it at once, that has used it, too, or has ended it. */
  async note(session: StoredSession): Promise<void> {
    await this.#put(session)
  }

  async end({ id, userId }: Pick<Session, 'id' | 'userId'>): Promise<boolean> {
    if (isEndMark({ id })) return false
    return this.#ask((signal) => this.#store.destroy(id, userId, { signal }))
  }

  async endAll(userId: string, exceptId: string | undefined): Promise<readonly string[]> {
    // First, so that a sign-in whose session is not listed yet sees it.
    const mark = await this.#markEnd(userId)
    const except = exceptId === undefined ? [mark] : [mark, exceptId]
    return this.#ask((signal) => this.#store.destroyByUser(userId, { signal, except }))
  }

  /** What `list` says of the last end, for less. */
  async lastEnd(userId: string): Promise<string | undefined> {
    const id = endMarkId(userId, SESSION_ID_LENGTH)
    return (await this.#ask((signal) => this.#store.read(id, { signal })))?.secretHash
  }

  async list(userId: string): Promise<ListedSessions> {
    const listed = await this.#ask((signal) => this.#store.listByUser(userId, { signal }))
    const now = this.#clock.now()
    const sessions = listed.filter((one) => !isEndMark(one) && !this.#isOver(one, now))
    return {
      sessions: sessions.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt),
      lastEnd: listed.find(isEndMark)?.secretHash,
    }
  }

  /** @returns the id of the mark, a record among the sessions with which nobody is found */
  async #markEnd(userId: string): Promise<string> {
    const id = endMarkId(userId, SESSION_ID_LENGTH)
    for (let at = 0; at < MAX_TRIES; at++) {
      const before = await this.#ask((signal) => this.#store.read(id, { signal }))
      const mark = this.#markOf(id, userId, (before?.revision ?? 0) + 1)
      const isPut = await this.#ask((signal) =>
        before === undefined ? this.#store.write(mark, { signal }) : this.#store.rotate(mark, { signal }),
      )
      if (isPut) return id
    }
    throw lostRace({
      detail: 'The sessions are being ended by others.',
      call: '`write` or `rotate` of the mark that ends the sessions of a user',
      tries: MAX_TRIES,
    })
  }

  #markOf(id: string, userId: string, revision: number): StoredSession {
    const now = this.#clock.now()
    return {
      id,
      userId,
      createdAt: now,
      authenticatedAt: now,
      lastSeenAt: now,
      factors: [],
      secretHash: hashOfSecret(newSecret(this.#random)),
      previous: [],
      revision,
      isPersistent: false,
      expiresAt: now + END_MARK_MS,
      endsAt: now + END_MARK_MS,
    }
  }

  #withSecret(
    session: StoredSession,
    secret: string,
    { authenticatedAt, factors }: SessionProof,
  ): StoredSession {
    const now = this.#clock.now()
    const until = now + this.#options.graceMs
    const before = { hash: session.secretHash, until, authenticatedAt, factors }
    const previous = [before, ...session.previous].filter(({ until }) => until > now).slice(0, MAX_PREVIOUS)
    return { ...session, secretHash: hashOfSecret(secret), previous }
  }

  /** @returns `undefined` where it was changed or ended meanwhile */
  async #put(session: StoredSession): Promise<StoredSession | undefined> {
    const lastSeenAt = this.#clock.now()
    const next = {
      ...session,
      lastSeenAt,
      revision: session.revision + 1,
      expiresAt: this.#expiryOf(lastSeenAt, session.endsAt),
    }
    const isPut = await this.#ask((signal) => this.#store.rotate(next, { signal }))
    return isPut ? next : undefined
  }

  #expiryOf(lastSeenAt: number, endsAt: number): number {
    return Math.min(lastSeenAt + this.#options.idleMs, endsAt)
  }

  /** By the limits of now, which may be stricter than those under which it began. */
  #isOver({ lastSeenAt, createdAt, endsAt }: StoredSession, now: number): boolean {
    const { idleMs, lifetimeMs, notBefore } = this.#options
    if (createdAt < notBefore) return true
    return now >= lastSeenAt + idleMs || now >= Math.min(endsAt, createdAt + lifetimeMs)
  }

  #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return askStore(work, { clock: this.#clock, limitMs: this.#options.storeTimeoutMs, what: 'sessions' })
  }
}

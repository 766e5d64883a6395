import type { Secret, StoreCallOptions } from '@keelson/core'

/** A session of a user, as it may be shown to that user. */
export interface Session {
  /** Names it in lists, 22 characters. It stays the same when the session is rotated, and is not enough to use it. */
  readonly id: string
  readonly userId: string
  /** Ms since 1970, as all times here. */
  readonly createdAt: number
  /** When the user last proved who it is. */
  readonly authenticatedAt: number
  /** When it was last used, to the minute. */
  readonly lastSeenAt: number
  /** How the user last proved it, in the values of `amr` (RFC 8176): `pwd`, `otp`, `hwk`. */
  readonly factors: readonly string[]
  /** What the browser says that it is: its `user-agent`, at most 200 characters. Any program can say any. */
  readonly device?: string | undefined
}

/** How a user last proved who it is, and when. */
export type SessionProof = Pick<Session, 'authenticatedAt' | 'factors'>

/** A secret from before a rotation, which requests that were under way still bring: with it the user has proved what was proved then. */
export interface PreviousSecret extends SessionProof {
  readonly hash: string
  /** When it is not good any more. */
  readonly until: number
}

/** A session as stores keep it. */
export interface StoredSession extends Session {
  /** SHA-256 of its secret, base64url. Of 256 random bits nothing slower is needed. */
  readonly secretHash: string
  readonly previous: readonly PreviousSecret[]
  /** 1 at first, and one more with each change. */
  readonly revision: number
  /** Whether its cookie outlives the browser. */
  readonly isPersistent: boolean
  /** When it ends unless it is used; a store may forget it then. */
  readonly expiresAt: number
  /** When it ends, however much it is used. */
  readonly endsAt: number
}

/** A new session. The text of its cookie is there this once: nobody can find it again. */
export interface SignedIn extends Session {
  /** The value of the cookie, which prints as `[secret]`. */
  readonly token: Secret
}

/** What `signIn` takes. */
export interface SignInOptions {
  /** How the user proved who it is, in the values of `amr` (RFC 8176): `['pwd', 'otp']`. Default: none, so that no rule that asks for one admits. */
  readonly factors?: readonly string[] | undefined
  /** When the user did, ms since 1970, such as `auth_time` of an identity provider; one in the future counts as now. Default: now. */
  readonly authenticatedAt?: number | undefined
  /** Whether the cookie outlives the browser ("stay signed in"), until the session ends. Default `false`. */
  readonly isPersistent?: boolean | undefined
  /** What lists name the browser by, up to 200 characters. Default: its `user-agent`. */
  readonly device?: string | undefined
}

/** What `reauthenticated` takes. */
export type ReauthenticatedOptions = Pick<SignInOptions, 'factors' | 'authenticatedAt'>

/** Sessions that were ended, as the bus tells it to all processes. */
export interface RevokedSessions {
  readonly userId: string
  /** Ids of the sessions. */
  readonly ids: readonly string[]
}

/** What `destroyByUser` takes. */
export interface DestroyByUserOptions extends StoreCallOptions {
  /** Ids of those that stay. Default: none do. */
  readonly except?: readonly string[] | undefined
}

/**
 * Keeps sessions. Each operation ends when its signal aborts, and rejects when the store cannot be reached: nobody is then taken for unknown.
 * A store need not look at the times of a session, but may forget one from `expiresAt` on. Beside the sessions of a user stands, for
 * some minutes, a record of the same form and an id of the same length that says when all of them were ended. `sessionStoreSuite` proves an implementation.
 */
export interface SessionStore {
  /** The session of an id, in one round trip: it is asked at each request. */
  read(id: string, options?: StoreCallOptions): Promise<StoredSession | undefined>
  /** Adds a session. @returns `false` where one has this id already */
  write(session: StoredSession, options?: StoreCallOptions): Promise<boolean>
  /**
   * Puts a session in place of the one of its id, in one step, where that has the `revision` before. One that is gone stays gone.
   *
   * @returns whether it was put there
   */
  rotate(next: StoredSession, options?: StoreCallOptions): Promise<boolean>
  /** Removes a session of a user. From then on nobody finds it. @returns whether it was there, and theirs */
  destroy(id: string, userId: string, options?: StoreCallOptions): Promise<boolean>
  /** All sessions of a user, in any order. */
  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly StoredSession[]>
  /** Removes all sessions of a user but some. @returns the ids of those that were there */
  destroyByUser(userId: string, options?: DestroyByUserOptions): Promise<readonly string[]>
}

// How sessions end before their time: one, all of a user, and those that a sign-in makes too many.
import { currentTransaction } from '@keelson/core/frames'
import { publish } from '../events/index.ts'
import type { Session, StoredSession } from './contract.ts'
import type { Revocations } from './revocations.ts'
import type { SessionKeeper } from './session-keeper.ts'

const BY = 'session'
const ALL_REVOKED = 'All sessions were revoked.'

interface Parts {
  readonly keeper: SessionKeeper
  readonly revocations: Revocations
  readonly maxPerUser: number
}

/** Ends sessions, and tells all processes. */
export class SessionEnds {
  readonly #keeper: SessionKeeper
  readonly #revocations: Revocations
  readonly #maxPerUser: number

  constructor({ keeper, revocations, maxPerUser }: Parts) {
    this.#keeper = keeper
    this.#revocations = revocations
    this.#maxPerUser = maxPerUser
  }

  /** @returns whether there was such a session of the user */
  async one({ id, userId }: Pick<Session, 'id' | 'userId'>): Promise<boolean> {
    const isEnded = await this.#keeper.end({ id, userId })
    if (isEnded) await this.#revocations.tell({ userId, ids: [id] })
    return isEnded
  }

  /** @returns how many there were */
  async all(userId: string, except: string | undefined): Promise<number> {
    const ids = await this.#keeper.endAll(userId, except)
    await this.#revocations.tell({ userId, ids })
    if (ids.length > 0) publish('revoked', { by: BY, reason: ALL_REVOKED, principalId: userId })
    return ids.length
  }

  /** Ends a new session where all were ended while it was made, and those that are too many beside it. */
  async settle(session: StoredSession, lastEndBefore: string | undefined): Promise<void> {
    const { id, userId } = session
    // Others see the session when the transaction is committed, and then may have looked for it before.
    const look = async (): Promise<boolean> =>
      this.#late(session, lastEndBefore, await this.#keeper.lastEnd(userId))
    currentTransaction()?.afterCommit(look)
    // It may be there as well.
    currentTransaction()?.afterUnknown(look)
    const { sessions, lastEnd } = await this.#keeper.list(userId)
    if (await this.#late(session, lastEndBefore, lastEnd)) return
    const others = sessions.filter((one) => one.id !== id)
    for (const surplus of others.slice(this.#maxPerUser - 1)) await this.one(surplus)
  }

  /** @returns whether all sessions of its user were ended since it was begun, which have perhaps not been seen to include it */
  async #late(session: StoredSession, before: string | undefined, now = before): Promise<boolean> {
    if (now === before) return false
    if (await this.one(session))
      publish('revoked', { by: BY, reason: ALL_REVOKED, principalId: session.userId })
    return true
  }
}

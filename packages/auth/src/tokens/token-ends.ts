// How tokens end before their time: those of a sign-in, all of a user, and the sign-ins that are too many.
import { publish } from '../events/index.ts'
import type { RefreshFamily } from './contract.ts'
import type { Families, Revocable } from './kept-nothing.ts'

const BY = 'tokens'
export const ALL_REVOKED = 'All tokens of the user were revoked.'

interface Parts {
  readonly families: Families
  readonly revoked: Revocable
  readonly maxPerUser: number
}

export class TokenEnds {
  readonly #families: Families
  readonly #revoked: Revocable
  readonly #maxPerUser: number

  constructor({ families, revoked, maxPerUser }: Parts) {
    this.#families = families
    this.#revoked = revoked
    this.#maxPerUser = maxPerUser
  }

  async family(family: RefreshFamily, reason: string): Promise<void> {
    const { id, userId } = family
    // The family last: who was answered 503 comes again with its token, which finds what is left to be done.
    await this.#revoked.revoke({ kind: 'family', value: id })
    const isEnded = await this.#families.end(family)
    if (isEnded) publish('revoked', { by: BY, reason, principalId: userId })
  }

  /** What cannot be revoked keeps none of the others. @returns how many families there were */
  async all(userId: string): Promise<number> {
    // Those without a refresh token as well. First, so that a sign-in that is not listed yet sees it.
    const [access] = await Promise.allSettled([this.#revoked.revoke({ kind: 'user', value: userId })])
    const families = await this.#families.list(userId)
    const ended = await Promise.allSettled(families.map((family) => this.family(family, ALL_REVOKED)))
    for (const one of [access, ...ended]) if (one.status === 'rejected') throw one.reason
    return families.length
  }

  /** For one more sign-in. */
  async surplus(userId: string): Promise<void> {
    const families = await this.#families.list(userId)
    for (const family of families.slice(this.#maxPerUser - 1))
      await this.family(family, 'The user has signed in too often.')
  }
}

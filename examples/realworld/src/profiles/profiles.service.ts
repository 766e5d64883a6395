import { NotFoundError } from '@keelson/core'
import type { RowOf } from '@keelson/db'
import type { Caller } from '../auth/tokens.ts'
import { DB, type Conduit } from '../tables.ts'
import type { Users } from '../users/users.table.ts'
import { OwnFollower, type Profile } from './profiles.contract.ts'

/** What of a user others see. */
type Shown = Pick<RowOf<typeof Users>, 'username' | 'bio' | 'image'>

/** Users as others see them, and who follows them. */
export class ProfileService {
  static readonly inject = [DB] as const
  readonly #db: Conduit

  constructor(db: Conduit) {
    this.#db = db
  }

  async show(username: string, caller: Caller | undefined): Promise<Profile> {
    const user = await this.#find(username)
    const followed = caller && (await this.#db.follows.byId({ followerId: caller.id, followedId: user.id }))
    return profileOf(user, followed !== undefined)
  }

  /** Who follows already goes on following. */
  async follow(username: string, caller: Caller): Promise<Profile> {
    const user = await this.#find(username)
    if (user.id === caller.id) throw new OwnFollower()
    const row = { followerId: caller.id, followedId: user.id }
    await this.#db.follows.upsert(row, { on: ['followerId', 'followedId'] })
    return profileOf(user, true)
  }

  async unfollow(username: string, caller: Caller): Promise<Profile> {
    const user = await this.#find(username)
    await this.#db.follows.delete({ followerId: caller.id, followedId: user.id })
    return profileOf(user, false)
  }

  async #find(username: string): Promise<Shown & { readonly id: string }> {
    const user = await this.#db.users.pick('id', 'username', 'bio', 'image').first({
      where: { username: username.normalize('NFC') },
    })
    if (user === undefined) throw new NotFoundError('There is no such user.')
    return user
  }
}

/** A user beside somebody who follows, or does not. */
export function profileOf({ username, bio, image }: Shown, following: boolean): Profile {
  return { username, bio, image, following }
}

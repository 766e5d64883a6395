import type { Static } from '@keelson/core'
import { Passwords, Tokens } from '@keelson/auth'
import { CACHE, type Cache } from '@keelson/cache'
import type { RowOf } from '@keelson/db'
import { AccountGone } from '../auth/account-gone.ts'
import { CHALLENGE, type Caller } from '../auth/tokens.ts'
import { tagOfUser } from '../cache-tags.ts'
import { DB, type Conduit } from '../tables.ts'
import {
  NothingToChange,
  WrongCredentials,
  type LoginUser,
  type NewUser,
  type User,
  type UserChange,
} from './users.contract.ts'
import { usernameOf } from './username.ts'
import type { Users } from './users.table.ts'

/** Accounts: who they are, and how they sign in. */
export class UserService {
  static readonly inject = [DB, Passwords, Tokens, CACHE] as const
  readonly #db: Conduit
  readonly #passwords: Passwords
  readonly #tokens: Tokens
  readonly #cache: Cache

  // oxlint-disable-next-line max-params -- what it needs, each by its class
  constructor(db: Conduit, passwords: Passwords, tokens: Tokens, cache: Cache) {
    this.#db = db
    this.#passwords = passwords
    this.#tokens = tokens
    this.#cache = cache
  }

  /** Of two with one name, at the same moment too, the database takes one. */
  async register({ username, email, password }: NewUser): Promise<Static<typeof User>> {
    const name = usernameOf(username)
    const passwordHash = await this.#passwords.hash(password)
    return this.#shown(await this.#db.users.insert({ username: name, email, passwordHash }))
  }

  async logIn({ email, password }: LoginUser): Promise<Static<typeof User>> {
    const user = await this.#db.users.first({ where: { email } })
    // Also where there is no such user: it takes as long.
    const match = await this.#passwords.verify(password, user?.passwordHash)
    if (user === undefined || match === undefined)
      throw new WrongCredentials({ headers: { 'www-authenticate': CHALLENGE } })
    if (match.newHash !== undefined) await this.#db.users.update(user, { passwordHash: match.newHash })
    return this.#shown(user)
  }

  async show(caller: Caller): Promise<Static<typeof User>> {
    return this.#shown(await this.#find(caller))
  }

  async change(caller: Caller, { password, username, ...others }: UserChange): Promise<Static<typeof User>> {
    const change = { ...others, ...(username !== undefined && { username: usernameOf(username) }) }
    if (Object.keys(change).length === 0 && password === undefined) throw new NothingToChange()
    const hashed = password === undefined ? {} : { passwordHash: await this.#passwords.hash(password) }
    const user = await this.#find(caller)
    // In one transaction: where nobody knows whether it was committed, what is kept is dropped, too.
    const changed = await this.#db.transaction(async () => {
      await this.#cache.invalidate(tagOfUser(user.id))
      return this.#db.users.update(user, { ...change, ...hashed })
    })
    return this.#shown(changed)
  }

  async #find({ id }: Caller): Promise<RowOf<typeof Users>> {
    const user = await this.#db.users.byId(id)
    if (user === undefined) throw new AccountGone()
    return user
  }

  async #shown(user: RowOf<typeof Users>): Promise<Static<typeof User>> {
    const { id, username, email, bio, image } = user
    return { username, email, bio, image, token: await this.#tokens.issueAccess(id) }
  }
}

import { table, uuid } from '@keelson/db'
import { AccountGone } from '../auth/account-gone.ts'

/** Who follows whom. */
export const Follows = table('follows', {
  followerId: uuid()
    .references('users', { onDelete: 'cascade', as: 'follower', inverse: 'follows', error: AccountGone })
    .primary(),
  followedId: uuid()
    .references('users', { onDelete: 'cascade', as: 'followed', inverse: 'followers' })
    .primary(),
})

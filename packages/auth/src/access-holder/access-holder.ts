// What access a user has is held in several rooms, which know nothing of each other.
import { token, type Token } from '@keelson/core'

/** What holds access of users, and can end all of a user. */
export interface AccessHolder {
  /** Ends what a user has. @returns how many there were; again, it ends what is left */
  revokeAll(userId: string): Promise<number>
}

/** The tokens that an app issues, where it issues some. */
export const ISSUED_ACCESS: Token<AccessHolder> = token<AccessHolder>('keelson.auth.issued', { shared: true })

import { defineError, t, type Static } from '@keelson/core'
import { Users } from './users.table.ts'

const { username, email, bio, image } = Users.row.properties
const password = t.String({ minLength: 1, maxLength: 1024, format: 'password' })

/** What a caller sees of itself. */
export const User = t.Object({ email, token: t.String(), username, bio, image }, { $id: 'User' })
export const UserAnswer = t.Object({ user: User })

export const LoginUser = t.Object({ email, password }, { $id: 'LoginUser' })
export type LoginUser = Static<typeof LoginUser>

export const NewUser = t.Object({ username, email, password }, { $id: 'NewUser' })
export type NewUser = Static<typeof NewUser>

export const UserChange = t.Partial(t.Object({ email, password, username, bio, image }), {
  $id: 'UpdateUser',
  description: 'At least one of them is needed.',
})
export type UserChange = Static<typeof UserChange>

export const NothingToChange = defineError('NOTHING_TO_CHANGE', {
  status: 422,
  title: 'Send at least one of email, password, username, bio and image.',
})

export const UnfitUsername = defineError('UNFIT_USERNAME', {
  status: 422,
  title:
    "Choose a user name without invisible or control characters, and without '.' or '..' alone or between slashes.",
})

/** The same for a wrong e-mail and a wrong password: nobody learns who has an account. */
export const WrongCredentials = defineError('WRONG_CREDENTIALS', {
  status: 401,
  title: 'The e-mail or the password is wrong',
})

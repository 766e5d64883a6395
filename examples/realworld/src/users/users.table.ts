import { defineError } from '@keelson/core'
import { table, text, timestamp, uuid } from '@keelson/db'

export const UsernameTaken = defineError('USERNAME_TAKEN', { status: 422, title: 'The user name is taken' })
export const EmailTaken = defineError('EMAIL_TAKEN', { status: 422, title: 'The e-mail is taken' })

export const Users = table('users', {
  id: uuid().primary(),
  username: text({ minLength: 1, maxLength: 100, pattern: '\\S' }).unique(UsernameTaken),
  email: text({ format: 'email', maxLength: 254, caseInsensitive: true }).unique(EmailTaken),
  passwordHash: text({ maxLength: 300 }).hidden(),
  // Each article of a list repeats it.
  bio: text({ maxLength: 2000 }).default(''),
  image: text({ maxLength: 2000 }).default(''),
  createdAt: timestamp().now(),
})

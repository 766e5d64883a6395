import { defineError } from '@keelson/core'

/** The token is good, and its user is not there any more. */
export const AccountGone = defineError('ACCOUNT_GONE', {
  status: 401,
  title: 'The account of the token is gone',
})

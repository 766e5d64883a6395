import { integer, listOf, optionTable, required, text } from '@keelson/core/options'
import type { IssueTokensOptions, RefreshTokensOptions } from './contract.ts'

/** What `revoke` takes besides the token. */
export interface RevokeTokenOptions {
  /** The client that asks, once it is authenticated. Default: a client without a secret. */
  readonly clientId?: string | undefined
}

/** One scope (RFC 6749 §3.3): visible ASCII without quotes and backslashes. */
const SCOPES = listOf(
  text('What the tokens allow.', {
    pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}$',
    what: 'a scope, without spaces, quotes and backslashes',
  }),
)
const CLIENT_ID = text('The client that asks.')

export const USER_ID = optionTable<{ readonly userId: string }>({
  userId: required(
    text('Whom they are for.', { pattern: '^[^]{1,200}$', what: 'a text of 1 to 200 characters' }),
  ),
})

export const ISSUE_OPTIONS = optionTable<IssueTokensOptions>({
  scopes: SCOPES,
  clientId: CLIENT_ID,
  authenticatedAt: integer('When the user proved who it is, ms since 1970.'),
  factors: listOf(text('How the user did.', { pattern: '^[\\x21-\\x7e]{1,50}$', what: 'a value of amr' })),
})

export const REFRESH_OPTIONS = optionTable<RefreshTokensOptions>({
  clientId: CLIENT_ID,
  caller: text('What tells the program that asks from others.'),
  scopes: SCOPES,
})

export const REVOKE_OPTIONS = optionTable<RevokeTokenOptions>({ clientId: CLIENT_ID })

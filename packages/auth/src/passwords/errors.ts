import { defineError, t } from '@keelson/core'

/** Why a password is not taken. */
export type PasswordFlaw = 'too-short' | 'too-long' | 'malformed' | 'common' | 'personal' | 'breached'

/** What each flaw is, for people. */
const SENTENCES: Readonly<Record<PasswordFlaw, string>> = {
  'too-short': 'The password is too short.',
  'too-long': 'The password is too long.',
  malformed: 'The password has characters that no keyboard types.',
  common: 'The password is one of those that are tried first.',
  personal: 'The password is made of the names of the user or of the service.',
  breached: 'The password is known from a data breach.',
}

/**
 * `ERR_AUTH_PASSWORD_REFUSED`, 422: a new password is not taken. Its details say why, its message says it in English; neither has the
 * password.
 */
export const PasswordRefusedError = defineError('ERR_AUTH_PASSWORD_REFUSED', {
  name: 'PasswordRefusedError',
  status: 422,
  title: 'Choose another password',
  details: t.Object({
    flaws: t.Array(
      t.Union([
        t.Literal('too-short'),
        t.Literal('too-long'),
        t.Literal('malformed'),
        t.Literal('common'),
        t.Literal('personal'),
        t.Literal('breached'),
      ]),
    ),
  }),
})

/**
 * `ERR_AUTH_PASSWORD_HASH`: a stored hash cannot be read: an unknown format, an unknown pepper, parameters out of range, a package that is not
 * installed. `verify` catches it.
 */
export const PasswordHashError = defineError('ERR_AUTH_PASSWORD_HASH', {
  name: 'PasswordHashError',
  status: 500,
  title: 'A stored password hash cannot be read',
})

/** The refusal for these flaws. */
export function refusedFor(flaws: readonly PasswordFlaw[]): InstanceType<typeof PasswordRefusedError> {
  const message = flaws.map((flaw) => SENTENCES[flaw]).join(' ')
  return new PasswordRefusedError({ message, details: { flaws: [...flaws] } })
}

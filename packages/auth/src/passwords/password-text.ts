// What a password is as a text: bounded before anything else is done with it, and the same however it was typed.
import type { PasswordFlaw } from './errors.ts'

/** Longest password, bytes of UTF-8: four times the 256 that 64 characters may have. */
export const MAX_PASSWORD_BYTES = 1024

/** Halves of characters, which UTF-8 cannot hold, and NUL, at which some hashes end. */
const NOT_TYPED = /[\p{Surrogate}\0]/u

/** What no hash is made of. */
export function textFlaw(password: string): PasswordFlaw | undefined {
  if (typeof password !== 'string' || password === '') return 'too-short'
  // Its units are never more than its bytes: a long text is not looked through.
  if (password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    return 'too-long'
  return NOT_TYPED.test(password) ? 'malformed' : undefined
}

/** The form that is hashed: NFKC (NIST SP 800-63B-4 §3.1.1.2). Keyboards send the same character in several forms. */
export function toHashedForm(password: string): string {
  return password.normalize('NFKC')
}

/** What a stored hash may be of: the form that we hash, then what was typed, for hashes that others made. */
export function formsOf(password: string): readonly string[] {
  const form = toHashedForm(password)
  return form === password ? [form] : [form, password]
}

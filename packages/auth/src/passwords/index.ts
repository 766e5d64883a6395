/**
 * Passwords: hashed by argon2id, verified in the same time whether there is such a user or not, moved from older hashes at sign-in,
 * and checked by NIST SP 800-63B-4 when they are chosen.
 *
 * @module
 */
export { assertPassword, passwordFlaws } from './password-flaws.ts'
export { PasswordRefusedError } from './errors.ts'
export type { PasswordFlaw } from './errors.ts'
export { MAX_PASSWORD_BYTES } from './password-text.ts'
export type { PasswordRules } from './password-rules.ts'
export { Passwords, type PasswordMatch } from './passwords.ts'
export type { PasswordsOptions } from './passwords-options.ts'
export { pwnedPasswords, type PwnedPasswordsOptions } from './pwned-passwords.ts'

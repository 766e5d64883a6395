import { checkCallOptions, withDefaults, type WithDefaults } from '@keelson/core/options'
import { refusedFor, type PasswordFlaw } from './errors.ts'
import { PASSWORD_RULES, type PasswordRules } from './password-rules.ts'
import { textFlaw, toHashedForm } from './password-text.ts'
import { isCommon, isMadeOf } from './predictable.ts'

const MIN_LENGTH = 15
const MIN_LENGTH_WITH_SECOND_FACTOR = 8

/**
 * Says what is wrong with a new password, by NIST SP 800-63B-4 §3.1.1.2: too few characters, a common one, one that is made of names of the user
 * or the service, one that is known from a breach. It never asks for digits or signs, and takes 64 characters and more of any script, up to
 * 1024 bytes. A password that is verified is not checked: what was taken once signs in.
 *
 * @returns all that is wrong; an empty list for a good one
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for rules that do not exist
 * @example
 * const flaws = await passwordFlaws('password-2026-ada', { words: ['ada@example.com'] })
 * flaws // => ['personal']
 */
export async function passwordFlaws(
  password: string,
  rules: PasswordRules = {},
): Promise<readonly PasswordFlaw[]> {
  checkCallOptions(PASSWORD_RULES, rules, { name: 'passwordFlaws', below: passwordFlaws as never })
  const flaw = textFlaw(password)
  if (flaw !== undefined) return [flaw]
  const flaws = flawsOf(password, rules, await loadListed())
  if (flaws.length > 0) return flaws
  return (await rules.isBreached?.(password)) === true ? ['breached'] : []
}

/**
 * Like {@link passwordFlaws}, for handlers: a password that is not taken ends the request.
 *
 * @throws {PasswordRefusedError} `ERR_AUTH_PASSWORD_REFUSED`, 422, with `details.flaws`
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for rules that do not exist
 * @example
 * await assertPassword('plum tree by the canal', { hasSecondFactor: true })
 */
export async function assertPassword(password: string, rules: PasswordRules = {}): Promise<void> {
  const flaws = await passwordFlaws(password, rules)
  if (flaws.length > 0) throw refusedFor(flaws)
}

type ReadyRules = WithDefaults<PasswordRules, 'hasSecondFactor'>

function flawsOf(
  password: string,
  rules: PasswordRules,
  listed: ReadonlySet<string>,
): readonly PasswordFlaw[] {
  const { hasSecondFactor, words = [], blocklist = [] } = withDefaults<ReadyRules>(PASSWORD_RULES, rules)
  const { minLength = hasSecondFactor ? MIN_LENGTH_WITH_SECOND_FACTOR : MIN_LENGTH } = rules
  const flaws: PasswordFlaw[] = []
  if (lengthOf(password) < minLength) flaws.push('too-short')
  if (isListed(password, blocklist) || isCommon(password, listed)) flaws.push('common')
  if (isMadeOf(password, words)) flaws.push('personal')
  return flaws
}

let listed: Promise<ReadonlySet<string>> | undefined

/** Read when the first password is chosen: apps without passwords do not have it in memory. */
function loadListed(): Promise<ReadonlySet<string>> {
  listed ??= import('./listed-passwords.ts').then(({ readListedPasswords }) => readListedPasswords())
  return listed
}

/** Each code point is a character (§3.1.1.2). One that NFKC takes apart is not several, several that it joins are one. */
function lengthOf(password: string): number {
  return Math.min(Array.from(password).length, Array.from(toHashedForm(password)).length)
}

function isListed(password: string, list: readonly string[] | ReadonlySet<string>): boolean {
  const lower = toHashedForm(password).toLowerCase()
  if (!Array.isArray(list)) return (list as ReadonlySet<string>).has(lower)
  return list.some((one: string) => toHashedForm(one).toLowerCase() === lower)
}

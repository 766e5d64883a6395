import { listOf, ofKind, SetupError, type OptionSchema, type SetupProblem } from '../errors/index.ts'
import { isWellFormed } from './key-value-argument.ts'
import { isGuessable } from './guessable.ts'

/** A secret as text, or an object with `reveal`, which does not print, such as a `Secret` of `loadConfig`. */
export type AppSecret = string | { reveal(): string }

const MIN_BITS = 256
const MIN_DIFFERENT_BYTES = 8
const MAKE_ONE = `Make one: node -p "crypto.randomBytes(32).toString('base64url')".`

/** Secrets that everybody can read, in documentation and specifications. */
const PUBLIC: ReadonlySet<string> = new Set([
  // Have stood in guides of this framework.
  'Wm2kq0zB-vQ7pXH3y1d9uJrT5cN8gLaE',
  'sR4-vY8jL1nQ6tC0bZ3xF5hK7mW9pDgU',
  // What jwt.io signs with unless it gets another one.
  'a-string-secret-at-least-256-bits-long',
  // RFC 7515 appendix A.1.
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
])

/** An option for a secret. */
export const SECRET_OPTION: OptionSchema = ofKind(
  {
    what: `a secret of at least ${MIN_BITS} bits`,
    code: 'ERR_CORE_SECRET',
    test: (value) => remedyOf(value) === undefined,
    remedy: remedyOf,
  },
  'Secrets that keys are made from; the first makes, all verify.',
)

/** An option for secrets, the current one first. */
export const SECRETS_OPTION: OptionSchema = listOf(SECRET_OPTION, undefined, { minItems: 1 })

/** Secrets that are listed twice: a rotation that changed nothing. */
export function repeatedSecrets(secrets: readonly AppSecret[], placeOf: () => string): SetupProblem[] {
  const texts = secrets.map((secret) => toSecretBytes(textOf(secret) as string).toString('base64'))
  return texts.flatMap((text, at) => {
    const first = texts.indexOf(text)
    if (first === at) return []
    const message = `secrets[${at}] is the same as secrets[${first}].`
    return [{ code: 'ERR_CORE_SECRET', place: placeOf(), message, remedy: 'Remove one of them.' }]
  })
}

/**
 * The bytes of secrets that {@link SECRETS_OPTION} takes.
 *
 * @throws {SetupError} `ERR_CORE_SECRET` when one is listed twice
 */
export function readSecrets(secrets: readonly AppSecret[], placeOf: () => string): Buffer[] {
  const problems = repeatedSecrets(secrets, placeOf)
  if (problems.length > 0) throw new SetupError(problems)
  return secrets.map((secret) => toSecretBytes(textOf(secret) as string))
}

function textOf(secret: unknown): unknown {
  const isText = typeof secret === 'string' || typeof secret !== 'object' || secret === null
  return isText ? secret : (secret as { reveal?: () => unknown }).reveal?.()
}

/** What is wrong with a secret and what to do; never the secret. */
function remedyOf(secret: unknown): string | undefined {
  const text = textOf(secret)
  if (typeof text !== 'string') return 'Pass a text, or the Secret that loadConfig returns for a text.'
  if (text !== text.trim()) return 'It begins or ends with a blank or a line end: remove that.'
  if (!isWellFormed(text)) return `It has a lone surrogate, which UTF-8 cannot hold. ${MAKE_ONE}`
  const bits = isHex(text) ? text.length * 4 : Buffer.byteLength(text) * 8
  if (bits < MIN_BITS) return `It has ${bits} bits. ${MAKE_ONE}`
  if (new Set(toSecretBytes(text)).size < MIN_DIFFERENT_BYTES)
    return `It has ${bits} bits, but fewer than ${MIN_DIFFERENT_BYTES} different bytes. ${MAKE_ONE}`
  if (isGuessable(text))
    return `It has ${bits} bits, but can be guessed: it repeats itself, or has the words of templates. ${MAKE_ONE}`
  if (PUBLIC.has(text)) return `It stands in public documents as an example. ${MAKE_ONE}`
  return undefined
}

/** 32 characters of hexadecimal digits hold 128 bits, not the 256 that they have as text. */
function isHex(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text)
}

function toSecretBytes(text: string): Buffer {
  if (!isHex(text)) return Buffer.from(text)
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
}

import { Secret } from '@keelson/core'
import { isGuessable, type WatchedVariable } from '@keelson/core/spi'
import { problem, type Finding } from './finding.ts'

/** Characters that a secret should have: 16 random ones of base64 hold 96 bits. */
const MIN_SECRET_LENGTH = 16

const MAKE_ONE = 'Make one: node -p "crypto.randomBytes(32).toString(\'base64url\')".'

/** Checks the secrets that were loaded; those of `createApp({ secrets })` the start looks at. Findings have their names, never a value. */
export function checkSecrets(config: readonly WatchedVariable[]): Finding[] {
  return config.filter((one) => one.isSecret && one.value !== undefined).flatMap(checkSecret)
}

function checkSecret({ name, isDefault, value }: WatchedVariable): Finding[] {
  const plain = Secret.is(value) ? value.reveal() : value
  if (isDefault && !isOpenAddress(name, plain)) {
    return [
      problem('deploy-secret-default', {
        place: name,
        message: 'The secret has its value for development, which everybody can read in the code.',
        remedy: `Set ${name}, or the file that ${name}_FILE names.`,
      }),
    ]
  }
  if (typeof plain !== 'string' || isAddress(name, plain)) return []
  const remedy = MAKE_ONE
  if (plain.length < MIN_SECRET_LENGTH) {
    const message = `The secret has ${plain.length} characters; ${MIN_SECRET_LENGTH} are the least.`
    return [problem('deploy-secret-short', { place: name, message, remedy })]
  }
  if (isGuessable(plain)) {
    return [problem('deploy-secret-weak', { place: name, message: 'The secret can be guessed.', remedy })]
  }
  return []
}

/** A place, which is secret for the password within: how long it is says nothing. */
function isAddress(name: string, text: string): boolean {
  return /(?:^|_)(?:URL|URI|DSN)$/.test(name) || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

/** A place without a password, such as a file: everybody may read it in the code. */
function isOpenAddress(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || !isAddress(name, value)) return false
  return !URL.canParse(value) || new URL(value).password === ''
}

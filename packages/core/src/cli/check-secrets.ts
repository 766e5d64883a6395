import { Secret, type WatchedVariable } from '../config/index.ts'
import { problem, type Finding } from './finding.ts'

/** Characters that a secret should have: 16 random ones of base64 hold 96 bits. */
const MIN_SECRET_LENGTH = 16

const GUESSABLE =
  /^(change[-_ ]?me|secret|password|passwd|admin|default|example|sample|test|dev|local|todo|placeholder|xxx+)/i

/** Checks the secrets that were loaded; findings have their names, never a value. */
export function checkSecrets(config: readonly WatchedVariable[]): Finding[] {
  return config.filter((one) => one.isSecret && one.value !== undefined).flatMap(checkSecret)
}

function checkSecret({ name, isDefault, value }: WatchedVariable): Finding[] {
  const plain = Secret.is(value) ? value.reveal() : value
  if (isDefault) {
    return [
      problem('deploy-secret-default', {
        place: name,
        message: 'The secret has its default, which everybody can read in the code.',
        remedy: `Set ${name}, or the file that ${name}_FILE names.`,
      }),
    ]
  }
  if (typeof plain !== 'string') return []
  const remedy = 'Make one: node -p "crypto.randomBytes(32).toString(\'base64url\')".'
  if (plain.length < MIN_SECRET_LENGTH) {
    const message = `The secret has ${plain.length} characters; ${MIN_SECRET_LENGTH} are the least.`
    return [problem('deploy-secret-short', { place: name, message, remedy })]
  }
  if (GUESSABLE.test(plain) || new Set(plain).size < 5) {
    return [problem('deploy-secret-weak', { place: name, message: 'The secret can be guessed.', remedy })]
  }
  return []
}

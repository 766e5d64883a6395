import { isError } from '@keelson/contract'

/** What was thrown in words, whatever it was: the message of an error, else the value as text. Never throws. */
export function reasonOf(thrown: unknown): string {
  try {
    return isError(thrown) ? thrown.message : String(thrown)
  } catch {
    return 'unknown reason'
  }
}

/** The same, ended by one full stop. */
export function sentenceOf(thrown: unknown): string {
  return `${reasonOf(thrown).replace(/\.$/, '')}.`
}

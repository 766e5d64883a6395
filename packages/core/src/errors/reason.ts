import { isError } from '@keelson/contract'

/** The reason in a thrown value: the message of an error, otherwise the value as text. Never throws. */
export function reasonOf(thrown: unknown): string {
  try {
    return isError(thrown) ? thrown.message : String(thrown)
  } catch {
    return 'unknown reason'
  }
}

/** The same, with one full stop at the end. */
export function sentenceOf(thrown: unknown): string {
  return `${reasonOf(thrown).replace(/\.$/, '')}.`
}

// Where in a statement that failed the server found what it refused, and what helps.
import type { WrittenStatement } from '../sql/index.ts'

interface ServerError {
  readonly message?: unknown
  readonly position?: unknown
  readonly code?: unknown
}

/** The line of the file, and the column where the server tells it: `12:7`. */
export function placeIn({ text, line }: WrittenStatement, error: unknown): string {
  const { position, message } = (error ?? {}) as ServerError
  const at = Number(position)
  if (Number.isInteger(at) && at > 0) {
    // PostgreSQL counts characters, from 1 on.
    const before = Array.from(text)
      .slice(0, at - 1)
      .join('')
      .split('\n')
    return `${line + before.length - 1}:${before.at(-1)!.length + 1}`
  }
  const within = /at line (\d+)$/.exec(String(message))?.[1]
  return String(line + (within === undefined ? 0 : Number(within) - 1))
}

/** What helps, by the code of the server. */
const REMEDIES: Readonly<Record<string, string>> = {
  '25001':
    "The statement cannot be within a transaction: write '-- transaction: off' at the head of the file.",
  '55P04': 'A value of an enum cannot be used in the transaction that adds it: use it in the next file.',
  '42501':
    'The user may not do that: give migrations an adapter with a user that may, migrations: { adapter }.',
}

/** Codes of PostgreSQL for a statement that it has not begun: it was not understood, or cannot be done. */
const NOT_BEGUN = /^(?:42|0A)/

/** A sentence that helps; empty for none. */
export function remedyFor(error: unknown, { tokens }: Pick<WrittenStatement, 'tokens'>): string {
  const { code } = (error ?? {}) as ServerError
  const known = typeof code === 'string' ? REMEDIES[code] : undefined
  if (known !== undefined) return known
  const makes = tokens[0]?.text === 'create' || tokens[0]?.text === 'reindex'
  if (!makes || !tokens.some(({ text }) => text === 'concurrently') || NOT_BEGUN.test(String(code))) return ''
  return 'PostgreSQL leaves an invalid index where building one concurrently fails: drop it before the next run.'
}

// What a server says of a statement that failed, and which it was.

interface ServerError {
  readonly message?: unknown
  readonly detail?: unknown
  readonly hint?: unknown
}

/** The message, the detail and the hint. */
export function serverText(error: unknown): string {
  const { message, detail, hint } = (error ?? {}) as ServerError
  const parts = [
    typeof message === 'string' && message !== '' ? message : String(error),
    typeof detail === 'string' ? `Detail: ${detail}` : '',
    typeof hint === 'string' ? `Hint: ${hint}` : '',
  ]
  return parts
    .filter((part) => part !== '')
    .map((part) => part.replace(/\.?\s*$/, '.'))
    .join(' ')
}

/** The beginning of a statement on one line, for a message. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`
}

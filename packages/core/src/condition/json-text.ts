// One text for equal JSON values, whatever the order in which the members of their objects stand.

/** Deeper than documents are, and far from overflowing the stack. */
const MAX_DEPTH = 500

/** The canonical text of a JSON value; undefined for what JSON cannot hold, or no store keeps. */
export function toJsonText(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined
  switch (typeof value) {
    case 'string':
      return isStorable(value) ? JSON.stringify(value) : undefined
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : undefined
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? listText(value, depth) : objectText(value, depth)
    default:
      return undefined
  }
}

function listText(list: readonly unknown[], depth: number): string | undefined {
  const texts: string[] = []
  for (const one of list) {
    const text = toJsonText(one, depth + 1)
    if (text === undefined) return undefined
    texts.push(text)
  }
  return `[${texts.join(',')}]`
}

function objectText(value: object, depth: number): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  // A Date or a Map has its data elsewhere.
  if (prototype !== null && prototype !== Object.prototype) return undefined
  const texts: string[] = []
  for (const [name, one] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    // JSON omits it, and so does a store.
    if (one === undefined) continue
    const text = toJsonText(one, depth + 1)
    if (text === undefined || !isStorable(name)) return undefined
    texts.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${texts.join(',')}}`
}

/** What {@link toElementText} takes, in messages. */
export const ELEMENT = 'a text, a boolean or a number, an integer being safe'

/** The canonical text of what an array is asked for; undefined for what `contains` does not take. */
export function toElementText(value: unknown): string | undefined {
  // Integers beyond these are others in code than in a document that another program has written.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined
  return typeof value === 'object' ? undefined : toJsonText(value)
}

/** Whether a value of a condition is such a text. */
export function isElementText(text: unknown): boolean {
  return typeof text === 'string' && toElementText(parseJsonText(text)) === text
}

/** The value of a text; undefined for one that is not JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every Node that this runs on has it; the types of ES2023 do not. */
type WellFormed = string & { isWellFormed(): boolean }

/** Whether every store keeps a text unchanged: PostgreSQL refuses NUL, and lone surrogates become U+FFFD. */
export function isStorable(text: string): boolean {
  return (text as WellFormed).isWellFormed() && !text.includes('\0')
}

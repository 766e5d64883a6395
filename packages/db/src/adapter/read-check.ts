// CHECKs in the form in which our own columns have them, each in the words of its server: what they tell of a column.

/** What a CHECK of one column says. */
export interface CheckedColumn {
  readonly least?: string
  readonly most?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly values?: readonly string[]
  /** Whether its values are 0 and 1. */
  readonly isFlag?: boolean
  readonly isJson?: boolean
  readonly shape?: string
  /** Of an integer that counts parts: `100` of `"total" / 100 between -999 and 999`, and the most whole ones. */
  readonly parts?: { readonly factor: string; readonly most: string }
}

interface Token {
  readonly kind: 'column' | 'text' | 'number' | 'word'
  readonly text: string
}

const TOKEN =
  /::(?:"[^"]+"|[a-z_ ]+)(?:\([0-9, ]+\))?(?:\[\])?|[eE]?'((?:[^'\\]|''|\\[^])*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|(-?\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_$]*)|<=|>=|<>|[^\s()]/gu
const LENGTHS = new Set(['length', 'char_length', 'character_length', 'octet_length'])

/**
 * Reads a CHECK.
 *
 * @param hasBackslashes - whether a backslash escapes in its texts
 * @returns undefined for one that says anything else, or something of another column
 */
export function readCheck(
  expression: string,
  column: string,
  { hasBackslashes }: { readonly hasBackslashes: boolean },
): CheckedColumn | undefined {
  const tokens = tokensOf(expression, column, hasBackslashes)
  const found: CheckedColumn[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const end = endOfCondition(tokens, at)
    const condition = conditionOf(tokens.slice(at, end))
    if (condition === undefined) return undefined
    found.push(condition)
    at = end
  }
  return found.length === 0 ? undefined : Object.assign({}, ...found)
}

/** Without casts and parentheses: of conditions joined by `and` they change nothing. */
function tokensOf(expression: string, column: string, hasBackslashes: boolean): Token[] {
  const unescaped = (text: string): string =>
    hasBackslashes ? text.replaceAll(/\\([^])/g, '$1').replaceAll("''", "'") : text.replaceAll("''", "'")
  return [...expression.matchAll(TOKEN)].flatMap(
    ([whole, text, quoted, backquoted, number, word]): Token[] => {
      if (whole.startsWith('::')) return []
      if (text !== undefined) return [{ kind: 'text', text: unescaped(text) }]
      if (number !== undefined) return [{ kind: 'number', text: number }]
      const name = quoted?.replaceAll('""', '"') ?? backquoted?.replaceAll('``', '`') ?? word
      if (name === column) return [{ kind: 'column', text: name }]
      return [{ kind: 'word', text: (word ?? whole).toLowerCase() }]
    },
  )
}

/** The `and` that ends a condition, but for that of `between`. */
function endOfCondition(tokens: readonly Token[], start: number): number {
  let isBetween = false
  for (let at = start; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] as Token
    if (kind !== 'word') continue
    if (text === 'between') isBetween = true
    else if (text === 'and' && !isBetween) return at
    else if (text === 'and') isBetween = false
  }
  return tokens.length
}

/** Forms of conditions, as the kinds of their tokens, and what each says by its literals. */
const FORMS: readonly (readonly [
  form: RegExp,
  read: (literals: readonly string[]) => CheckedColumn | undefined,
])[] = [
  [/^column (?:in text(?: , text)*|= any array \[ text(?: , text)* \]|= text)$/, (values) => ({ values })],
  [/^column >= (?:number|text)$/, ([least = '']) => ({ least })],
  [/^column <= (?:number|text)$/, ([most = '']) => ({ most })],
  [/^length column >= number$/, ([least]) => ({ minLength: Number(least) })],
  [/^length column <= number$/, ([most]) => ({ maxLength: Number(most) })],
  [/^column in number , number$/, (values) => (values.join() === '0,1' ? { isFlag: true } : undefined)],
  [/^column glob text$/, ([shape = '']) => ({ shape })],
  [/^json_valid column$/, () => ({ isJson: true })],
  // What our own times say on PostgreSQL.
  [/^isfinite column$/, () => ({})],
  [
    /^column \/ number between number and number$/,
    ([factor = '', least, most = '']) =>
      least === `-${most}` || most === '0' ? { parts: { factor, most } } : undefined,
  ],
]

function conditionOf(tokens: readonly Token[]): CheckedColumn | undefined {
  const form = tokens
    .map(({ kind, text }) => (kind === 'word' ? (LENGTHS.has(text) ? 'length' : text) : kind))
    .join(' ')
  const literals = tokens.flatMap(({ kind, text }) => (kind === 'number' || kind === 'text' ? [text] : []))
  return FORMS.find(([pattern]) => pattern.test(form))?.[1](literals)
}

// Expressions in one spelling: SQLite keeps those of CHECKs as they were written, and RENAME COLUMN writes some names anew.
import { quoteName } from '../adapter/index.ts'
import { foldName, isSign, type SqlToken } from './sql-tokens.ts'

/** Words that are never the name of a column in an expression, unless they are quoted. */
const WORDS = new Set(
  'and or not in is null case when then else end between exists collate escape isnull notnull like glob match regexp cast as distinct from select where current_date current_time current_timestamp true false'.split(
    ' ',
  ),
)
/** Signs with two spellings. */
const SIGNS: Readonly<Record<string, string>> = { '==': '=', '!=': '<>' }

/**
 * An expression in one spelling, which is SQL: names of columns in quotes, words in lower case, without parentheses around all of it.
 *
 * @param columns - of the table, as it declares them
 */
export function normalExpression(tokens: readonly SqlToken[], columns: readonly string[]): string {
  const spelling = new Map(columns.map((column) => [foldName(column), column]))
  const inner = withoutParentheses(tokens)
  let text = ''
  for (const [at, token] of inner.entries()) {
    const isCalled = isSign(inner[at + 1], '(')
    const word = spelled(token, spelling, isCalled)
    text += isTight(inner, at) ? word : ` ${word}`
  }
  return text
}

function spelled({ kind, text }: SqlToken, columns: ReadonlyMap<string, string>, isCalled: boolean): string {
  if (kind === 'text') return text
  if (kind === 'sign') return SIGNS[text] ?? text
  if (kind === 'number') return text.toLowerCase()
  const column = isCalled ? undefined : columns.get(foldName(text))
  if (kind === 'word') {
    const folded = foldName(text)
    return column === undefined || WORDS.has(folded) ? folded : quoteName(column, '"')
  }
  if (column !== undefined) return quoteName(column, '"')
  if (isCalled) return foldName(text)
  return kind === 'doubtful' ? `'${text.replaceAll("'", "''")}'` : quoteName(foldName(text), '"')
}

/** Whether no blank is between two tokens. */
function isTight(inner: readonly SqlToken[], at: number): boolean {
  const before = inner[at - 1]
  const token = inner[at]
  if (before === undefined || isSign(before, '(') || isSign(before, '.')) return true
  if (isSignOfNumber(inner, at - 1)) return true
  if (isSign(token, ')') || isSign(token, ',') || isSign(token, '.')) return true
  return isSign(token, '(') && before.kind !== 'sign' && !WORDS.has(foldName(before.text))
}

/** Whether the minus at a place is that of a number: nothing before it can be subtracted from. */
function isSignOfNumber(inner: readonly SqlToken[], at: number): boolean {
  if (!isSign(inner[at], '-') || inner[at + 1]?.kind !== 'number') return false
  const before = inner[at - 1]
  if (before === undefined) return true
  return before.kind === 'sign'
    ? before.text !== ')'
    : before.kind === 'word' && WORDS.has(foldName(before.text))
}

function withoutParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let inner = tokens
  while (isSign(inner[0], '(') && endOfParentheses(inner, 0) === inner.length) inner = inner.slice(1, -1)
  return inner
}

/** The place after the parenthesis that closes the one at a place; the end of the tokens where none does. */
export function endOfParentheses(tokens: readonly SqlToken[], start: number): number {
  let depth = 0
  for (let at = start; at < tokens.length; at += 1) {
    if (isSign(tokens[at], '(')) depth += 1
    if (isSign(tokens[at], ')')) depth -= 1
    if (depth === 0) return at + 1
  }
  return tokens.length
}

// Defaults, as the pragma tells them: the text of an expression without the parentheses that DDL needs.
import { textLiteral, type DefaultDescription } from '../adapter/index.ts'
import { normalExpression } from './normal-expression.ts'
import { sqlTokens, type SqlToken } from './sql-tokens.ts'

/** The default of a column; undefined for `null`, which each column has. */
export function literalDefault(expression: string): DefaultDescription | undefined {
  const tokens = sqlTokens(expression)
  const value = literalValue(tokens)
  if (value === null) return undefined
  if (value !== undefined) return { text: isOddText(tokens) ? textLiteral(value) : expression.trim(), value }
  const [first] = tokens
  const isInstant = tokens.length === 1 && first?.kind === 'word'
  return { text: isInstant ? first.text.toLowerCase() : `(${normalExpression(tokens, [])})`, value }
}

/** Whether it is a text in the quotes of a name, or without any. */
function isOddText([first, second]: readonly SqlToken[]): boolean {
  if (first === undefined || second !== undefined) return false
  return first.kind === 'name' || first.kind === 'doubtful' || (first.kind === 'word' && !isTruth(first.text))
}

function isTruth(word: string): boolean {
  return /^(?:true|false)$/i.test(word)
}

/** Null for the literal null; undefined for what is not a literal. A word alone is a text. */
function literalValue(tokens: readonly SqlToken[]): string | null | undefined {
  const [first, second, ...further] = tokens
  if (first === undefined || further.length > 0) return undefined
  if (second !== undefined) {
    if (second.kind !== 'number' || !/^[+-]$/.test(first.text)) return undefined
    return `${first.text === '-' ? '-' : ''}${withoutZeros(second.text)}`
  }
  if (first.kind === 'number') return withoutZeros(first.text)
  if (first.kind === 'text')
    return /^x/i.test(first.text) ? first.text.toLowerCase() : first.text.slice(1, -1).replaceAll("''", "'")
  if (first.kind !== 'word') return first.kind === 'sign' ? undefined : first.text
  return wordValue(first.text)
}

function wordValue(word: string): string | null | undefined {
  const folded = word.toLowerCase()
  if (folded === 'null') return null
  if (isTruth(folded)) return folded === 'true' ? '1' : '0'
  return folded.startsWith('current_') ? undefined : word
}

function withoutZeros(number: string): string {
  return /^[0-9]+\.[0-9]*$/.test(number) ? number.replace(/\.?0*$/, '') : number
}

// Literals as the catalogues write them. MariaDB gives the words of DDL; MySQL the bare value, and of an expression the words of DDL with
// its quotes escaped once more.
import { stripParentheses, textLiteral, type DefaultDescription } from '../adapter/index.ts'

const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/
const QUOTED = /^'((?:[^'\\]|''|\\[^])*)'$/
/** What a backslash stands for with these letters; with others it is the character itself. */
const ESCAPES: Readonly<Record<string, string>> = { 0: '\0', n: '\n', r: '\r', t: '\t', Z: '\u001A', b: '\b' }

/** What the catalogue says of the default of a column. */
export interface CatalogueDefault {
  readonly expression: string | null
  readonly extra: string
  /** Whether the type is one of numbers. */
  readonly isNumber: boolean
}

/** The default of a column of MariaDB. `NULL` is what each column has that may be null. */
export function mariadbDefault({ expression }: CatalogueDefault): DefaultDescription | undefined {
  if (expression === null || expression === 'NULL') return undefined
  return { text: expression, value: literalValue(expression) }
}

/** The default of a column of MySQL. */
export function mysqlDefault({
  expression,
  extra,
  isNumber,
}: CatalogueDefault): DefaultDescription | undefined {
  if (expression === null) return undefined
  if (!/\bDEFAULT_GENERATED\b/i.test(extra)) {
    if (/^b'[01]*'$/.test(expression) || (isNumber && NUMBER.test(expression)))
      return { text: expression, value: literalValue(expression) }
    if (/^current_timestamp(?:\(\d\))?$/i.test(expression)) return { text: expression, value: undefined }
    return { text: textLiteral(expression.replaceAll('\\', '\\\\')), value: expression }
  }
  if (/^(?:current_timestamp|now)(?:\(\d?\))?$/i.test(expression))
    return { text: expression, value: undefined }
  const text = mysqlExpression(expression)
  return { text: `(${text})`, value: literalValue(text) }
}

/** An expression of MySQL's catalogue as DDL says it: `_utf8mb4\'open\'` is `'open'`. */
export function mysqlExpression(text: string): string {
  return stripParentheses(
    text.replaceAll(/_(?:utf8mb4|utf8mb3|latin1|ascii)\\'/g, "\\'").replaceAll("\\'", "'"),
  )
}

function literalValue(text: string): string | undefined {
  if (NUMBER.test(text)) return text.includes('.') ? text.replace(/\.?0+$/, '') : text
  const quoted = QUOTED.exec(text)?.[1]
  if (quoted === undefined) return /^b'[01]*'$/.test(text) ? text : undefined
  return unescaped(quoted)
}

function unescaped(quoted: string): string {
  return quoted.replaceAll(/''|\\([^])/g, (_whole, letter: string | undefined) =>
    letter === undefined ? "'" : (ESCAPES[letter] ?? letter),
  )
}

/** The values of `enum('a','it''s')`, as the catalogue of either system writes them. */
export function enumValues(type: string): string[] {
  return [...type.matchAll(/'((?:[^'\\]|''|\\[^])*)'/g)].map(([, quoted = '']) => unescaped(quoted))
}

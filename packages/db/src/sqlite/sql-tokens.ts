// SQL of SQLite as tokens, without blanks and comments.

/** A piece of SQL. */
export interface SqlToken {
  /** `name` is a quoted identifier; `doubtful` one in double quotes, which SQLite reads as a text where there is not such a column. */
  readonly kind: 'word' | 'name' | 'doubtful' | 'text' | 'number' | 'sign'
  /** A name without its quotes; all else as it stands. */
  readonly text: string
}

interface Reader {
  readonly kind: SqlToken['kind'] | undefined
  readonly pattern: RegExp
  readonly mark?: string
}

const sticky = (source: string): RegExp => new RegExp(source, 'uy')

/** First match counts. A comment that does not end goes to the end. */
const READERS: readonly Reader[] = [
  { kind: undefined, pattern: sticky('\\s+|--[^\\n]*|/\\*[^]*?(?:\\*/|$)') },
  { kind: 'text', pattern: sticky("[xX]?'(?:[^']|'')*'") },
  { kind: 'doubtful', pattern: sticky('"(?:[^"]|"")*"'), mark: '"' },
  { kind: 'name', pattern: sticky('`(?:[^`]|``)*`'), mark: '`' },
  { kind: 'name', pattern: sticky('\\[[^\\]]*\\]'), mark: ']' },
  {
    kind: 'number',
    pattern: sticky('0[xX][0-9a-fA-F]+|(?:[0-9][0-9_]*\\.?[0-9_]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?'),
  },
  { kind: 'word', pattern: sticky('[A-Za-z_\\u0080-\\u{10FFFF}][A-Za-z0-9_$\\u0080-\\u{10FFFF}]*') },
  { kind: 'sign', pattern: sticky('<=|>=|<>|!=|==|\\|\\||<<|>>|->>|->|[^]') },
]

/** Reads SQL, of a table or an expression. */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = []
  let at = 0
  while (at < text.length) {
    const { kind, found, mark } = read(text, at)
    at += found.length
    if (kind === undefined) continue
    tokens.push({ kind, text: mark === undefined ? found : found.slice(1, -1).replaceAll(mark + mark, mark) })
  }
  return tokens
}

function read(text: string, at: number): Reader & { readonly found: string } {
  for (const reader of READERS) {
    reader.pattern.lastIndex = at
    const match = reader.pattern.exec(text)
    if (match !== null) return { ...reader, found: match[0] }
  }
  return { kind: 'sign', pattern: /$/, found: text.charAt(at) }
}

/** Whether a token is this keyword. */
export function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase())
}

/** Whether a token is this sign. */
export function isSign(token: SqlToken | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign
}

/** A name as SQLite compares it: without the case of ASCII letters. */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

// On the request path: SQL as words and signs, without its strings, comments and quoted names. It reads no grammar.
import type { Dialect } from '../adapter/index.ts'

/** A piece of a statement. */
export interface Token {
  /** `quoted` is a string or a quoted name; `hidden` a comment that MySQL and MariaDB run. */
  readonly kind: 'word' | 'parameter' | 'sign' | 'quoted' | 'hidden'
  /** Words in lower case; empty for what is quoted. */
  readonly text: string
}

interface Reader {
  readonly kind: Token['kind'] | undefined
  readonly pattern: RegExp
}

const sticky = (source: string): RegExp => new RegExp(source, 'uy')

const WORD: Reader = { kind: 'word', pattern: sticky('[\\p{L}_][\\p{L}\\p{N}_$]*') }
const NUMBER: Reader = { kind: 'sign', pattern: sticky('[0-9][0-9a-zA-Z_.]*') }
const SPACE: Reader = { kind: undefined, pattern: sticky('\\s+') }
const LINE_COMMENT: Reader = { kind: undefined, pattern: sticky('--[^\\n]*') }
const BLOCK_COMMENT: Reader = { kind: undefined, pattern: sticky('/\\*[^]*?\\*/') }
const DOUBLED: Reader = {
  kind: 'quoted',
  pattern: sticky('\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|`(?:[^`]|``)*`'),
}
const SIGN: Reader = { kind: 'sign', pattern: sticky('[^]') }

/** First match counts, so the order matters. */
const READERS: Readonly<Record<'postgresql' | 'sqlite' | 'mysql', readonly Reader[]>> = {
  postgresql: [
    SPACE,
    LINE_COMMENT,
    { kind: 'quoted', pattern: sticky("[eE]'(?:[^'\\\\]|''|\\\\[^])*'") },
    DOUBLED,
    { kind: 'quoted', pattern: sticky('\\$((?:[\\p{L}_][\\p{L}\\p{N}_]*)?)\\$[^]*?\\$\\1\\$') },
    { kind: 'parameter', pattern: sticky('\\$[0-9]+') },
    WORD,
    NUMBER,
    SIGN,
  ],
  sqlite: [
    SPACE,
    LINE_COMMENT,
    BLOCK_COMMENT,
    DOUBLED,
    { kind: 'quoted', pattern: sticky('\\[[^\\]]*\\]') },
    { kind: 'parameter', pattern: sticky('\\?[0-9]*|[:@$][\\p{L}_][\\p{L}\\p{N}_]*') },
    WORD,
    NUMBER,
    SIGN,
  ],
  mysql: [
    SPACE,
    { kind: undefined, pattern: sticky('--(?=\\s|$)[^\\n]*|#[^\\n]*') },
    { kind: 'hidden', pattern: sticky('/\\*M?![^]*?\\*/') },
    BLOCK_COMMENT,
    {
      kind: 'quoted',
      pattern: sticky('\'(?:[^\'\\\\]|\'\'|\\\\[^])*\'|"(?:[^"\\\\]|""|\\\\[^])*"|`(?:[^`]|``)*`'),
    },
    { kind: 'parameter', pattern: sticky('\\?') },
    WORD,
    NUMBER,
    SIGN,
  ],
}

/** Reads a statement. */
export function tokensOf(text: string, { system }: Dialect): Token[] {
  const readers = READERS[system === 'mariadb' ? 'mysql' : system]
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const nested = system === 'postgresql' ? endOfNested(text, at) : at
    if (nested > at) {
      at = nested
      continue
    }
    const { kind, found } = read(readers, text, at)
    at += found.length
    if (kind !== undefined)
      tokens.push({ kind, text: kind === 'quoted' || kind === 'hidden' ? '' : found.toLowerCase() })
  }
  return tokens
}

function read(
  readers: readonly Reader[],
  text: string,
  at: number,
): { readonly kind: Token['kind'] | undefined; readonly found: string } {
  for (const { kind, pattern } of readers) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) return { kind, found: match[0] }
  }
  return { kind: 'sign', found: text.charAt(at) }
}

/** The end of a comment that may have others within it, as PostgreSQL reads them; the place itself where there is none. */
function endOfNested(text: string, start: number): number {
  if (!text.startsWith('/*', start)) return start
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}

// On the request path: SQL as words and signs, without its strings, comments and quoted names. It reads no grammar.
import type { Dialect } from '../adapter/index.ts'

/** A piece of a statement. */
export interface Token {
  /** `quoted` is a string or a quoted name; `hidden` a comment that MySQL and MariaDB run. */
  readonly kind: 'word' | 'parameter' | 'sign' | 'quoted' | 'hidden'
  /** Words in lower case; empty for what is quoted. */
  readonly text: string
  /** Where it begins. */
  readonly at: number
}

/** A piece of a text, as it is written: a token, or what stands between two. */
export interface Piece {
  readonly kind: Token['kind'] | 'space' | 'comment'
  readonly text: string
  readonly at: number
}

interface Reader {
  readonly kind: Piece['kind']
  readonly pattern: RegExp
}

const sticky = (source: string): RegExp => new RegExp(source, 'uy')

const WORD: Reader = { kind: 'word', pattern: sticky('[\\p{L}_][\\p{L}\\p{N}_$]*') }
const NUMBER: Reader = { kind: 'sign', pattern: sticky('[0-9][0-9a-zA-Z_.]*') }
const SPACE: Reader = { kind: 'space', pattern: sticky('\\s+') }
const LINE_COMMENT: Reader = { kind: 'comment', pattern: sticky('--[^\\n]*') }
const BLOCK_COMMENT: Reader = { kind: 'comment', pattern: sticky('/\\*[^]*?\\*/') }
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
    { kind: 'comment', pattern: sticky('--(?=\\s|$)[^\\n]*|#[^\\n]*') },
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
export function tokensOf(text: string, { system }: Pick<Dialect, 'system'>): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at, system)
    at += piece.text.length
    const token = toToken(piece)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

/** The token that a piece is; undefined for a blank or a comment. */
export function toToken({ kind, text, at }: Piece): Token | undefined {
  if (kind === 'space' || kind === 'comment') return undefined
  return { kind, text: kind === 'quoted' || kind === 'hidden' ? '' : text.toLowerCase(), at }
}

/** Reads the piece that begins at a place within a text. What is not closed is read as a sign. */
export function pieceAt(text: string, at: number, system: Dialect['system']): Piece {
  const nested = system === 'postgresql' ? endOfNested(text, at) : at
  if (nested > at) return { kind: 'comment', text: text.slice(at, nested), at }
  for (const { kind, pattern } of READERS[system === 'mariadb' ? 'mysql' : system]) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) return { kind, text: match[0], at }
  }
  return { kind: 'sign', text: text.charAt(at), at }
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

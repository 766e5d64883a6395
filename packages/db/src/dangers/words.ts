// A statement as words and names, and what is read from them without a grammar of all SQL.
import type { Dialect } from '../adapter/index.ts'
import { pieceAt, type WrittenStatement } from '../sql/index.ts'

/** A token whose quotes are read. */
export interface Word {
  /** `word` may be a keyword; `name` is quoted, and never one. */
  readonly kind: 'word' | 'name' | 'string' | 'sign'
  /** Words in lower case, names and strings without their quotes. */
  readonly text: string
  /** As it is written. */
  readonly written: string
  /** Where it begins within the statement. */
  readonly at: number
  /** How many parentheses are open around it. */
  readonly depth: number
}

/** The name of a table, a type, or an index. */
export interface Name {
  /** Equal for names that mean the same: `Orders`, `public.orders` and `"orders"`. */
  readonly key: string
  /** Its last part, without quotes. */
  readonly text: string
  /** Its last part, as it is written. */
  readonly last: string
  /** As it is written. */
  readonly written: string
  /** The names before its last part, as they are written, with the dot: `public.`. */
  readonly schema: string
  /** Where it ends within the statement. */
  readonly end: number
}

/** Reads the words of a statement. */
export function wordsOf({ tokens, text, at: start }: WrittenStatement, system: Dialect['system']): Word[] {
  let depth = 0
  return tokens.map(({ kind, text: token, at }) => {
    if (token === ')') depth--
    const place = { at: at - start, depth }
    if (token === '(') depth++
    if (kind === 'word')
      return { kind, text: token, written: text.slice(at - start, at - start + token.length), ...place }
    if (kind !== 'quoted') return { kind: 'sign', text: token, written: token, ...place }
    return { ...quoted(pieceAt(text, at - start, system).text, system), ...place }
  })
}

function quoted(written: string, system: Dialect['system']): Pick<Word, 'kind' | 'text' | 'written'> {
  const first = written.charAt(0)
  const isMysql = system === 'mysql' || system === 'mariadb'
  const isName = first === '`' || first === '[' || (first === '"' && !isMysql)
  if (isName) {
    const inner = written.slice(1, -1)
    return { kind: 'name', text: first === '[' ? inner : inner.replaceAll(first + first, first), written }
  }
  const from = written.indexOf("'")
  return {
    kind: 'string',
    text: from === -1 ? written : written.slice(from + 1, -1).replaceAll("''", "'"),
    written,
  }
}

/** Goes through words from the left. */
export class Cursor {
  readonly words: readonly Word[]
  at = 0

  constructor(words: readonly Word[]) {
    this.words = words
  }

  /** Goes past the words of a phrase, `if exists`, if they come next. */
  take(phrase: string): boolean {
    const wanted = phrase.split(' ')
    if (!wanted.every((word, ahead) => isWord(this.words[this.at + ahead], word))) return false
    this.at += wanted.length
    return true
  }

  /** Goes past the first of some words, if one comes next. */
  takeOne(...words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word))
  }

  /** Goes past a name with those of its schema. */
  name(): Name | undefined {
    const start = this.words[this.at]
    let last = start
    if (!isName(start)) return undefined
    this.at++
    while (this.words[this.at]?.text === '.' && isName(this.words[this.at + 1])) {
      last = this.words[this.at + 1]
      this.at += 2
    }
    if (last === undefined) return undefined
    const parts = this.words.slice(this.words.indexOf(start), this.at)
    return {
      key: last.text.toLowerCase(),
      text: last.text,
      last: last.written,
      written: parts.map(({ written }) => written).join(''),
      schema: parts
        .slice(0, -1)
        .map(({ written }) => written)
        .join(''),
      end: last.at + last.written.length,
    }
  }

  get isAtEnd(): boolean {
    return this.at >= this.words.length
  }

  /** Goes past parentheses with all that is in them, if they come next. */
  skipParentheses(): boolean {
    const open = this.words[this.at]
    if (!this.take('(')) return false
    while (!this.isAtEnd && !(isWord(this.words[this.at], ')') && this.words[this.at]!.depth === open!.depth))
      this.at++
    this.at++
    return true
  }

  /** What was not gone past. */
  rest(): readonly Word[] {
    return this.words.slice(this.at)
  }
}

function isWord(word: Word | undefined, text: string): boolean {
  return word !== undefined && word.text === text && (word.kind === 'word' || word.kind === 'sign')
}

function isName(word: Word | undefined): word is Word {
  return word !== undefined && (word.kind === 'word' || word.kind === 'name')
}

/** Words as they are written, with what stands between them. */
export function textOf(text: string, words: readonly Word[]): string {
  const last = words.at(-1)
  return last === undefined ? '' : text.slice(words[0]!.at, last.at + last.written.length)
}

/** Whether a phrase stands in some words, outside of their parentheses. */
export function hasPhrase(words: readonly Word[], phrase: string): boolean {
  const depth = words[0]?.depth ?? 0
  const wanted = phrase.split(' ')
  return words.some(
    (word, at) => word.depth === depth && wanted.every((text, ahead) => isWord(words[at + ahead], text)),
  )
}

/** Takes words apart at the commas outside of their parentheses. */
export function splitAtCommas(words: readonly Word[]): (readonly Word[])[] {
  const depth = words[0]?.depth ?? 0
  const parts: Word[][] = [[]]
  for (const word of words) {
    if (word.kind === 'sign' && word.text === ',' && word.depth === depth) parts.push([])
    else parts.at(-1)!.push(word)
  }
  return parts.filter((part) => part.length > 0)
}

/** The words of the first parentheses. */
export function withinParentheses(words: readonly Word[]): readonly Word[] {
  const open = words.findIndex(({ kind, text }) => kind === 'sign' && text === '(')
  if (open === -1) return []
  const { depth } = words[open]!
  const close = words.findIndex(({ text, depth: at }, index) => index > open && text === ')' && at === depth)
  return words.slice(open + 1, close === -1 ? undefined : close)
}

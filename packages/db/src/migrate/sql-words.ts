// A statement as words, with the names in its quotes, and with what MySQL and MariaDB run of its comments.
import type { Dialect } from '../adapter/index.ts'
import { pieceAt } from '../sql/index.ts'

/** A word, a name without its quotes, or a sign; strings are empty. */
export interface SqlWord {
  readonly kind: 'word' | 'name' | 'string' | 'sign'
  /** Words in lower case. */
  readonly text: string
}

/** Reads a statement; what MySQL and MariaDB run of a comment is a part of it. */
export function wordsOf(text: string, system: Dialect['system']): SqlWord[] {
  const words: SqlWord[] = []
  let isJoined = false
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at, system)
    at += piece.text.length
    if (piece.kind === 'hidden') words.push(...wordsOf(piece.text.replaceAll(HIDDEN, ' '), system))
    else if (piece.kind === 'quoted') words.push(quoted(piece.text, system))
    else if (piece.kind !== 'space' && piece.kind !== 'comment') add(words, piece.text, isJoined)
    isJoined = IN_NAME.test(piece.text)
  }
  return words
}

const HIDDEN = /^\/\*M?!\d*|\*\/$/g
/** A name of MySQL may begin with a digit or a dollar sign: those are pieces of their own. */
const IN_NAME = /^[\p{L}\p{N}_$]+$/u

/** `2shop.orders` is read as a number. */
function add(words: SqlWord[], piece: string, isJoined: boolean): void {
  for (const [index, text] of piece.split(/(\.)/).entries()) {
    if (text === '') continue
    const isWord = IN_NAME.test(text)
    const before = isWord && isJoined && index === 0 ? words.pop() : undefined
    words.push({ kind: isWord ? 'word' : 'sign', text: `${before?.text ?? ''}${text.toLowerCase()}` })
  }
}

/** In double quotes MySQL and MariaDB have names, too, if `sql_mode` says so. */
function quoted(text: string, system: Dialect['system']): SqlWord {
  const quote = text.charAt(0)
  if (quote === '`' || quote === '"')
    return { kind: 'name', text: text.slice(1, -1).replaceAll(quote + quote, quote) }
  return system === 'sqlite' && quote === '['
    ? { kind: 'name', text: text.slice(1, -1) }
    : { kind: 'string', text: '' }
}

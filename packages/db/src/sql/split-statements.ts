// A text of several statements, taken apart: with the place of each, and the comments above it.
import type { Dialect } from '../adapter/index.ts'
import { pieceAt, toToken, type Piece, type Token } from './tokens.ts'

/** A statement of a text of several. */
export interface WrittenStatement {
  /** As it is written, with the comments within it, without those above it and without the semicolon at its end. */
  readonly text: string
  /** Where its text begins in the whole. */
  readonly at: number
  /** Line of its first word, from 1 on. */
  readonly line: number
  /** The comments between it and the statement before, as they are written. */
  readonly comments: readonly WrittenComment[]
  readonly tokens: readonly Token[]
}

/** A comment, `--` and `/*` included. */
export interface WrittenComment {
  readonly text: string
  readonly at: number
  readonly line: number
}

/** Why a text cannot be taken apart. */
export interface SplitProblem {
  readonly line: number
  readonly message: string
}

/** What a text is made of. */
export interface SplitText {
  readonly statements: readonly WrittenStatement[]
  /** All comments, those after the last statement too. */
  readonly comments: readonly WrittenComment[]
  /** Undefined for a text that is whole; else what follows the problem is not read. */
  readonly problem: SplitProblem | undefined
}

/**
 * Takes a text of several statements apart at its semicolons; not at those within strings, comments, parentheses, dollar quotes, and
 * bodies from `begin` to `end`.
 *
 * @param firstLine - number of the first line of the text; default 1
 */
export function splitStatements(text: string, system: Dialect['system'], firstLine = 1): SplitText {
  const splitter = new Splitter(text, system, firstLine)
  splitter.run()
  return splitter
}

/** What closes what was opened. */
const QUOTES: ReadonlySet<string> = new Set(["'", '"', '`'])

class Splitter implements SplitText {
  readonly statements: WrittenStatement[] = []
  readonly comments: WrittenComment[] = []
  problem: SplitProblem | undefined
  readonly #text: string
  readonly #system: Dialect['system']
  #line: number
  #above: WrittenComment[] = []
  #tokens: Token[] = []
  #firstLine = 0
  #end = 0

  constructor(text: string, system: Dialect['system'], firstLine: number) {
    this.#text = text
    this.#system = system
    this.#line = firstLine
  }

  run(): void {
    const blocks = new Blocks(this.#system)
    for (let at = 0; at < this.#text.length && this.problem === undefined;) {
      const piece = pieceAt(this.#text, at, this.#system)
      at += piece.text.length
      this.#take(piece, blocks)
      this.#line += linesIn(piece.text)
    }
    if (this.problem !== undefined || this.#tokens.length === 0) return
    const open = blocks.openWord()
    if (open === undefined) this.#add()
    else this.#fail(`The statement has ${open} without an end.`, this.#firstLine)
  }

  #take(piece: Piece, blocks: Blocks): void {
    const { kind, text, at } = piece
    if (kind === 'comment' && isUnclosed(text)) return this.#fail('The comment is not closed by */.')
    if (kind === 'comment') {
      const comment = { text: text.trimEnd(), at, line: this.#line }
      this.comments.push(comment)
      if (this.#tokens.length === 0) this.#above.push(comment)
    }
    const token = toToken(piece)
    if (token === undefined) return
    const unclosed = unclosedBy(piece, this.#text)
    if (unclosed !== undefined) return this.#fail(unclosed)
    if (token.text === ';' && token.kind === 'sign' && !blocks.isWithin) {
      if (this.#tokens.length > 0) this.#add()
      blocks.clear()
      return
    }
    if (this.#tokens.length === 0) this.#firstLine = this.#line
    this.#tokens.push(token)
    this.#end = at + text.length
    blocks.take(token)
  }

  #add(): void {
    const { at } = this.#tokens[0]!
    this.statements.push({
      text: this.#text.slice(at, this.#end),
      at,
      line: this.#firstLine,
      comments: this.#above,
      tokens: this.#tokens,
    })
    this.#tokens = []
    this.#above = []
  }

  #fail(message: string, line = this.#line): void {
    this.problem = { line, message }
  }
}

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function isUnclosed(comment: string): boolean {
  return comment.startsWith('/*') && (comment.length < 4 || !comment.endsWith('*/'))
}

/** What is not closed is read as a sign: its first one. */
function unclosedBy({ kind, text, at }: Piece, whole: string): string | undefined {
  if (kind !== 'sign') return undefined
  if (QUOTES.has(text)) return `The quote ${text} is not closed.`
  if (text === '/' && whole.charAt(at + 1) === '*') return 'The comment is not closed by */.'
  const dollar = text === '$' ? /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(whole.slice(at, at + 66)) : null
  return dollar === null ? undefined : `The quote ${dollar[0]} is not closed.`
}

/** Words that say of which kind is what is made: the first of them counts. */
const KINDS: ReadonlySet<string> = new Set(
  'table view index database schema user role sequence type server procedure function trigger event package'.split(
    ' ',
  ),
)
/** Of which a body has statements of its own. */
const WITH_BODY: ReadonlySet<string> = new Set(['procedure', 'function', 'trigger', 'event', 'package'])
/** What `end` closes besides blocks, which nothing here counts. */
const LOOPS: ReadonlySet<string> = new Set(['if', 'loop', 'while', 'repeat', 'for'])

/** The parentheses and blocks that are open within a statement. */
class Blocks {
  readonly #isMysql: boolean
  readonly #isPostgres: boolean
  #depth = 0
  #parentheses = 0
  /** Whether the statement may have a body; undefined while that is not known. */
  #hasBody: boolean | undefined
  #words = 0
  #last = ''
  /** An `end`, of which the next word says what it closes. */
  #isEnding = false

  constructor(system: Dialect['system']) {
    this.#isMysql = system === 'mysql' || system === 'mariadb'
    this.#isPostgres = system === 'postgresql'
  }

  get isWithin(): boolean {
    this.#closeEnd('')
    return this.#depth > 0 || this.#parentheses > 0
  }

  /** What is open, for a message; undefined for nothing. */
  openWord(): string | undefined {
    if (this.isWithin) return this.#depth > 0 ? "'begin'" : 'a parenthesis'
    return undefined
  }

  clear(): void {
    this.#depth = 0
    this.#parentheses = 0
    this.#hasBody = undefined
    this.#words = 0
    this.#last = ''
    this.#isEnding = false
  }

  take({ kind, text }: Token): void {
    this.#words++
    if (text === '(') this.#parentheses++
    if (text === ')') this.#parentheses--
    const last = this.#last
    this.#last = text
    const isWord = kind === 'word' && last !== '.' && last !== '@'
    const closed = this.#closeEnd(isWord ? text : '')
    if (!isWord || closed) return
    this.#head(text, last)
    this.#block(text, last)
  }

  /** What the first words say. */
  #head(word: string, last: string): void {
    if (this.#words === 1 && word !== 'create' && word !== 'alter') this.#hasBody = false
    else if (this.#hasBody === undefined && KINDS.has(word)) this.#hasBody = WITH_BODY.has(word)
    else if (this.#isMysql && this.#words === 2 && last === 'begin' && word === 'not') {
      // `begin not atomic` is a body without a name.
      this.#hasBody = true
      this.#depth++
    }
  }

  #block(word: string, last: string): void {
    if (this.#hasBody !== true) return
    if (this.#isPostgres ? word === 'atomic' && last === 'begin' : word === 'begin') this.#depth++
    else if (this.#depth === 0) return
    else if (word === 'case') this.#depth++
    else if (word === 'end') this.#isEnding = true
  }

  /** @returns whether the word belongs to the `end` before it */
  #closeEnd(word: string): boolean {
    if (!this.#isEnding) return false
    this.#isEnding = false
    if (this.#isMysql && LOOPS.has(word)) return true
    this.#depth--
    return word === 'case'
  }
}

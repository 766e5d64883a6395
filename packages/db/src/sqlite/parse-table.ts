// The text of a table, as sqlite_master keeps it: what no pragma tells. https://www.sqlite.org/lang_createtable.html
import { endOfParentheses } from './normal-expression.ts'
import { isSign, isWord, sqlTokens, type SqlToken } from './sql-tokens.ts'

/** What only the text of a table says. */
export interface ParsedTable {
  /** In their order. */
  readonly columns: readonly ParsedColumn[]
  readonly checks: readonly ParsedCheck[]
  /** In their order, those of columns included. */
  readonly references: readonly ParsedReference[]
  /** Parts that no description holds, as DDL says them. */
  readonly clauses: readonly ParsedClause[]
}

/** What becomes of a row that violates a constraint; a primary key that falls, or compares texts in its own way. */
export interface ParsedClause {
  readonly kind: 'conflict clause' | 'primary key'
  readonly text: string
}

/** A column, without its constraints of the table. */
export interface ParsedColumn {
  readonly name: string
  readonly type: string
  readonly collation: string | undefined
  readonly isAutoincrement: boolean
  /** The expression of a generated column. */
  readonly generated: readonly SqlToken[] | undefined
}

/** A CHECK, of a column or of the table. */
export interface ParsedCheck {
  readonly name: string | undefined
  readonly expression: readonly SqlToken[]
}

/** What no pragma tells of a foreign key. */
export interface ParsedReference {
  readonly name: string | undefined
  readonly isDeferrable: boolean
}

/** A foreign key of the table begins with it. */
const [REFERENCE = ''] = 'foreign key'.split(' ')
const TABLE_PARTS = ['constraint', 'primary', 'unique', 'check', REFERENCE] as const
const COLUMN_PARTS = [
  'constraint',
  'primary',
  'not',
  'null',
  'unique',
  'check',
  'default',
  'collate',
  'references',
  'generated',
  'as',
] as const

/** Reads `create table`. What it does not know it steps over. */
export function parseTable(text: string): ParsedTable {
  return new TableReader(sqlTokens(text)).read()
}

class TableReader {
  readonly #tokens: readonly SqlToken[]
  #at = 0
  readonly #columns: ParsedColumn[] = []
  readonly #checks: ParsedCheck[] = []
  readonly #references: ParsedReference[] = []
  readonly #clauses: ParsedClause[] = []
  #name: string | undefined

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens
  }

  read(): ParsedTable {
    while (this.#at < this.#tokens.length && !isSign(this.#peek(), '(')) this.#at += 1
    this.#at += 1
    while (this.#at < this.#tokens.length && !isSign(this.#peek(), ')')) {
      if (isSign(this.#peek(), ',')) this.#at += 1
      else if (isWord(this.#peek(), ...TABLE_PARTS)) this.#constraint(undefined)
      else this.#column()
    }
    return {
      columns: this.#columns,
      checks: this.#checks,
      references: this.#references,
      clauses: this.#clauses,
    }
  }

  #peek(ahead = 0): SqlToken | undefined {
    return this.#tokens[this.#at + ahead]
  }

  #isAtEnd(): boolean {
    const token = this.#peek()
    return token === undefined || isSign(token, ',') || isSign(token, ')')
  }

  #column(): void {
    const draft: ColumnInText = { name: this.#peek()?.text ?? '' }
    this.#at += 1
    const type = this.#type()
    while (!this.#isAtEnd()) this.#constraint(draft)
    this.#name = undefined
    this.#columns.push({
      name: draft.name,
      type,
      collation: draft.collation,
      isAutoincrement: draft.isAutoincrement === true,
      generated: draft.generated,
    })
  }

  /** Words and lengths: `VARCHAR (255)` is `varchar(255)`. */
  #type(): string {
    let type = ''
    while (!this.#isAtEnd() && !isWord(this.#peek(), ...COLUMN_PARTS)) {
      if (isSign(this.#peek(), '(')) {
        type += this.#parentheses()
          .map(({ text }) => text)
          .join('')
        continue
      }
      type += `${type === '' ? '' : ' '}${(this.#peek()?.text ?? '').toLowerCase()}`
      this.#at += 1
    }
    return type
  }

  /** One constraint, of a column or of the table; a token that is not one is stepped over. */
  #constraint(column: ColumnInText | undefined): void {
    const word = this.#peek()
    this.#at += 1
    if (isWord(word, 'constraint')) {
      this.#name = this.#peek()?.text
      this.#at += 1
      return
    }
    if (isWord(word, 'check')) this.#checks.push({ name: this.#taken(), expression: this.#parentheses() })
    else if (isWord(word, REFERENCE)) this.#foreignKey()
    else if (isWord(word, 'references')) this.#reference()
    else if (isWord(word, 'primary', 'unique', 'not', 'null'))
      this.#key(word?.text.toLowerCase() ?? '', column)
    else if (column !== undefined) this.#ofColumn(word, column)
  }

  #ofColumn(word: SqlToken | undefined, column: ColumnInText): void {
    if (isWord(word, 'collate')) {
      column.collation = this.#peek()?.text.toLowerCase()
      this.#at += 1
    } else if (isWord(word, 'as')) column.generated = this.#parentheses()
    else if (isWord(word, 'default')) this.#default()
  }

  /** A text in double quotes or a word may be one, and so may `null`. */
  #default(): void {
    if (isSign(this.#peek(), '(')) return void this.#parentheses()
    if (isSign(this.#peek(), '+') || isSign(this.#peek(), '-')) this.#at += 1
    this.#at += 1
  }

  #key(word: string, column: ColumnInText | undefined): void {
    const start = this.#at - 1
    this.#taken()
    if (isWord(this.#peek(), 'key', 'null')) this.#at += 1
    if (isSign(this.#peek(), '(')) this.#parentheses()
    if (isWord(this.#peek(), 'asc', 'desc')) this.#at += 1
    this.#clause(this.#tokens.slice(start, this.#at), column)
    if (word === 'primary' && isWord(this.#peek(), 'autoincrement')) {
      if (column !== undefined) column.isAutoincrement = true
      this.#at += 1
    }
  }

  /** What a key says besides its columns, and what follows it. */
  #clause(key: readonly SqlToken[], column: ColumnInText | undefined): void {
    const place = column === undefined ? '' : `${column.name} `
    const said = `${place}${key.map(({ text }) => text).join(' ')}`
    if (isWord(key[0], 'primary') && key.some((token) => isWord(token, 'desc', 'collate')))
      this.#clauses.push({ kind: 'primary key', text: said })
    if (!isWord(this.#peek(), 'on') || !isWord(this.#peek(1), 'conflict')) return
    const action = (this.#peek(2)?.text ?? '').toLowerCase()
    this.#clauses.push({ kind: 'conflict clause', text: `${said} on conflict ${action}` })
    this.#at += 3
  }

  #foreignKey(): void {
    if (isWord(this.#peek(), 'key')) this.#at += 1
    this.#parentheses()
    if (isWord(this.#peek(), 'references')) this.#at += 1
    this.#reference()
  }

  #reference(): void {
    this.#at += 1
    if (isSign(this.#peek(), '(')) this.#parentheses()
    let isDeferrable = false
    while (!this.#isAtEnd()) {
      if (isWord(this.#peek(), 'on')) this.#at += isWord(this.#peek(2), 'set', 'no') ? 4 : 3
      else if (isWord(this.#peek(), 'match')) this.#at += 2
      else if (isWord(this.#peek(), 'not') && isWord(this.#peek(1), 'deferrable')) this.#at += 2
      else if (isWord(this.#peek(), 'deferrable')) this.#at += 1
      else if (isWord(this.#peek(), 'initially')) {
        isDeferrable = isWord(this.#peek(1), 'deferred')
        this.#at += 2
      } else break
    }
    this.#references.push({ name: this.#taken(), isDeferrable })
  }

  /** The tokens from a parenthesis to the one that closes it. */
  #parentheses(): readonly SqlToken[] {
    if (!isSign(this.#peek(), '(')) return []
    const start = this.#at
    this.#at = endOfParentheses(this.#tokens, start)
    return this.#tokens.slice(start, this.#at)
  }

  /** The name before a constraint. */
  #taken(): string | undefined {
    const name = this.#name
    this.#name = undefined
    return name
  }
}

interface ColumnInText {
  readonly name: string
  collation?: string | undefined
  isAutoincrement?: boolean
  generated?: readonly SqlToken[]
}

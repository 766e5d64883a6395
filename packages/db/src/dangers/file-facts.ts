// What the statements before one have done: a table that the file makes is used by nobody else.
import type { Dialect } from '../adapter/index.ts'
import type { WrittenStatement } from '../sql/index.ts'
import type { DangerInput, StatementParts } from './contract.ts'
import { Cursor, type Name, type Word } from './words.ts'

/** A statement with what the file has done before. */
export interface DangerSubject<TCode extends string = string> {
  readonly system: Dialect['system']
  readonly words: readonly Word[]
  readonly text: string
  readonly facts: FileFacts
  /** Notes a danger of the statement. */
  found(code: TCode, parts?: StatementParts): void
}

/** What is known of a file at one of its statements. */
export class FileFacts {
  readonly isTransactional: boolean
  readonly hasForeignKeys: boolean
  readonly #statements: readonly WrittenStatement[]
  /** Tables that the file has made. */
  readonly #made = new Set<string>()
  /** Tables that were there before, and that a change has locked. */
  readonly locked = new Set<string>()
  /** Constraints that were added without being validated. */
  readonly notValid = new Set<string>()
  /** Tables of which a constraint was validated. */
  readonly validated = new Set<string>()
  /** Values of enums that were added, with the enum. */
  readonly enumValues = new Map<string, string>()
  hasLockTimeout = false

  constructor({ isTransactional, hasForeignKeys, statements }: DangerInput) {
    this.isTransactional = isTransactional
    this.hasForeignKeys = hasForeignKeys
    this.#statements = statements
  }

  make({ key }: Name): void {
    this.#made.add(key)
  }

  /** Renamed, a table is as new as before. */
  rename(from: Name, to: Name): void {
    if (this.#made.has(from.key)) this.#made.add(to.key)
  }

  isNew({ key }: Name): boolean {
    return this.#made.has(key)
  }

  /** Whether a table is made anew: the file gives another table its name. */
  isReplaced(key: string): boolean {
    this.#replaced ??= new Set(
      this.#statements.flatMap(({ tokens, text, at }) => newNameIn({ tokens, text, at })),
    )
    return this.#replaced.has(key)
  }

  #replaced: ReadonlySet<string> | undefined
}

/** The name that `alter table … rename to` ends with. */
function newNameIn({ tokens, text, at }: Pick<WrittenStatement, 'tokens' | 'text' | 'at'>): string[] {
  const last = tokens.at(-1)
  if (tokens[0]?.text !== 'alter' || last === undefined) return []
  if (tokens.at(-2)?.text !== 'to' || tokens.at(-3)?.text !== 'rename') return []
  return [
    text
      .slice(last.at - at)
      .replaceAll(/^["`[]|["`\]]$/g, '')
      .toLowerCase(),
  ]
}

/** Reads the names that `drop table` lists. */
export function droppedNames(words: readonly Word[], kind: string): readonly Name[] {
  const cursor = new Cursor(words)
  if (!cursor.take('drop')) return []
  cursor.take('temporary')
  if (!cursor.take(kind)) return []
  cursor.take('concurrently')
  cursor.take('if exists')
  const names: Name[] = []
  do {
    const name = cursor.name()
    if (name !== undefined) names.push(name)
  } while (cursor.take(','))
  return names
}

/** Reads the table of an update or delete of all its rows. */
export function allRowsOf(words: readonly Word[]): Name | undefined {
  const cursor = new Cursor(words)
  const isDelete = cursor.take('delete from')
  if (!isDelete && !cursor.take('update')) return undefined
  cursor.take('low_priority')
  cursor.take('ignore')
  cursor.take('only')
  const name = cursor.name()
  const isAll = !words.some(({ kind, text, depth }) => kind === 'word' && depth === 0 && STOPS.has(text))
  return isAll ? name : undefined
}

const STOPS: ReadonlySet<string> = new Set(['where', 'limit', 'join', 'using'])

/** Reads the table that is written, and whether it is all rows. */
export function writtenTable(words: readonly Word[]): Name | undefined {
  const cursor = new Cursor(words)
  if (!cursor.take('delete from') && !cursor.take('update') && !cursor.take('insert into')) return undefined
  cursor.take('only')
  return cursor.name()
}

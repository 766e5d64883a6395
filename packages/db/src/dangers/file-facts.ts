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

  /** Whether the file makes a foreign key, as that which takes the place of another. */
  get addsForeignKey(): boolean {
    return this.#statements.some(
      ({ tokens }) => tokens[0]?.text === 'alter' && tokens.some(({ text }) => text === 'references'),
    )
  }

  /** Whether the file makes a view of this name, so that it is there after it. */
  isView({ key }: Name): boolean {
    this.#views ??= new Set(this.#statements.flatMap(({ tokens, text, at }) => viewIn({ tokens, text, at })))
    return this.#views.has(key)
  }

  #views: ReadonlySet<string> | undefined
}

/** The name that `create view` makes. */
function viewIn({ tokens, text, at }: Pick<WrittenStatement, 'tokens' | 'text' | 'at'>): string[] {
  if (tokens[0]?.text !== 'create') return []
  const word = tokens.findIndex(({ kind, text: said }) => kind === 'word' && said === 'view')
  const until = tokens.findIndex(
    ({ kind, text: said }, index) => index > word && kind === 'word' && said === 'as',
  )
  if (word === -1 || until === -1) return []
  const name = text.slice(tokens[word]!.at - at + 'view'.length, tokens[until]!.at - at)
  return [
    name
      .replace(/\(.*$/s, '')
      .replace(/^\s*if\s+not\s+exists\b/i, '')
      .trim()
      .split('.')
      .at(-1)!
      .replaceAll(/^["`[]|["`\]]$/g, '')
      .toLowerCase(),
  ]
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

/** Reads the names that `drop` lists of one of these kinds: `table`, `view`. */
export function droppedNames(words: readonly Word[], ...kinds: readonly string[]): readonly Name[] {
  const cursor = new Cursor(words)
  if (!cursor.take('drop')) return []
  cursor.take('temporary')
  if (cursor.takeOne(...kinds) === undefined) return []
  cursor.take('concurrently')
  cursor.take('if exists')
  const names: Name[] = []
  do {
    const name = cursor.name()
    if (name !== undefined) names.push(name)
  } while (cursor.take(','))
  return names
}

/** Notes views that are dropped and not made again. */
export function viewDangers({
  words,
  text,
  facts,
  found,
}: Pick<DangerSubject<'view-dropped'>, 'words' | 'text' | 'facts' | 'found'>): void {
  for (const name of droppedNames(words, 'view', 'materialized view'))
    if (!facts.isView(name)) found('view-dropped', { name: name.written, rest: text })
}

/** Reads the table whose rows a statement writes; undefined for other statements. */
export function writtenTable(words: readonly Word[]): Name | undefined {
  const cursor = new Cursor(words)
  if (!cursor.take('delete from') && !cursor.take('update') && !cursor.take('insert into')) return undefined
  cursor.take('only')
  return cursor.name()
}

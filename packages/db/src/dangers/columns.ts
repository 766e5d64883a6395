// What SQL says about a column, and the tables that a file makes.
import { Cursor, hasPhrase, splitAtCommas, withinParentheses, type Name, type Word } from './words.ts'

/** A column as it is written. */
export interface WrittenColumn {
  readonly name: Name
  /** First word of the type. */
  readonly type: string
  readonly typeText: string
  /** All that follows the name. */
  readonly words: readonly Word[]
}

/** A table that a file makes. */
interface WrittenTable {
  readonly name: Name
  readonly columns: readonly WrittenColumn[]
  readonly items: readonly (readonly Word[])[]
}

const AFTER_TYPE: ReadonlySet<string> = new Set(
  'not null default primary unique references check constraint generated collate auto_increment autoincrement first after comment character charset on as using key invisible visible'.split(
    ' ',
  ),
)

/** What begins a line of `create table` that is not a column. */
const ITEMS = [
  'constraint',
  'primary key',
  'unique',
  'foreign key',
  'check',
  'exclude',
  'like',
  'key',
  'index',
  'fulltext',
  'spatial',
  'period',
]

/** Reads a column; undefined where there is not a name. */
export function readColumn(words: readonly Word[]): WrittenColumn | undefined {
  const cursor = new Cursor(words)
  const name = cursor.name()
  if (name === undefined) return undefined
  const rest = cursor.rest()
  const end = rest.findIndex(({ kind, text }) => kind === 'word' && AFTER_TYPE.has(text))
  const type = end === -1 ? rest : rest.slice(0, end)
  return { name, type: type[0]?.text ?? '', typeText: typeText(type), words: rest }
}

function typeText(words: readonly Word[]): string {
  return words
    .map(({ written, kind }, at) =>
      kind !== 'sign' && at > 0 && words[at - 1]!.kind !== 'sign' ? ` ${written}` : written,
    )
    .join('')
}

/** Reads `create table`; undefined for other statements. */
export function readCreateTable(words: readonly Word[]): WrittenTable | undefined {
  const cursor = new Cursor(words)
  if (!cursor.take('create')) return undefined
  cursor.take('or replace')
  while (cursor.takeOne('global', 'local', 'temporary', 'temp', 'unlogged') !== undefined);
  if (!cursor.take('table')) return undefined
  cursor.take('if not exists')
  const name = cursor.name()
  if (name === undefined) return undefined
  const isList = cursor.take('(')
  const items = isList ? splitAtCommas(withinParentheses(words.slice(cursor.at - 1))) : []
  const columns = items
    .filter((item) => new Cursor(item).takeOne(...ITEMS) === undefined)
    .flatMap((item) => readColumn(item) ?? [])
  return { name, columns, items }
}

/** Whether a column must have a value and says none: neither a default nor one that the server makes. */
export function isRequiredWithoutDefault({ words, type }: WrittenColumn): boolean {
  if (!hasPhrase(words, 'not null') && !hasPhrase(words, 'primary key')) return false
  const isMade = ['default', 'generated', 'as', 'auto_increment'].some((word) => hasPhrase(words, word))
  return !isMade && !type.endsWith('serial')
}

/** The words of the default of a column. */
export function defaultOf({ words }: WrittenColumn): readonly Word[] {
  const at = words.findIndex(({ kind, text }) => kind === 'word' && text === 'default')
  if (at === -1) return []
  return valueAfter(words.slice(at + 1))
}

/** The words of a value, up to the next clause of its column. */
export function valueAfter(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex(
    ({ kind, text, depth }, index) =>
      index > 0 && kind === 'word' && depth === words[0]!.depth && AFTER_TYPE.has(text),
  )
  return end === -1 ? words : words.slice(0, end)
}

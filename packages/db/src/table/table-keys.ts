// The key of a table, and its indexes.
import type { ErrorDefinition } from '@keelson/core'
import type { ColumnDraft } from './column-draft.ts'
import type { IndexFacts, ReferenceFacts } from './contract.ts'
import { constraintName } from './names.ts'
import type { IndexOptions, TableOptions } from './table-options.ts'

/** What `table()` is given, apart from types. */
export interface GivenTable {
  readonly name: string
  readonly drafts: Readonly<Record<string, ColumnDraft>>
  readonly options: TableOptions
}

/** The properties of the primary key. */
function keyOf(drafts: GivenTable['drafts']): string[] {
  return Object.keys(drafts).filter((property) => drafts[property]?.isPrimary === true)
}

/** What the columns of the key, and a unique index on just these, say of a row that has it already. */
export function errorsOfKey(
  drafts: GivenTable['drafts'],
  { unique = [] }: TableOptions,
): readonly ErrorDefinition[] {
  const key = keyOf(drafts)
  const [only] = key
  const errors = [
    ...key.map((property) => drafts[property]?.primaryError),
    ...(only !== undefined && key.length === 1 ? [drafts[only]?.unique?.error] : []),
    ...unique.map(({ columns, error }) => (isSameSet(columns, key) ? error : undefined)),
  ]
  return [...new Set(errors.filter((error) => error !== undefined))]
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
}

interface IndexParts extends GivenTable {
  readonly references: readonly ReferenceFacts[]
  readonly toName: (property: string) => string
}

/** Its indexes: of unique columns, those of the options, and one for each reference that none begins with. */
export function indexesOf({ name, drafts, options, references, toName }: IndexParts): IndexFacts[] {
  const of = (columns: readonly string[], given: GivenIndex = {}): IndexFacts => ({
    name: given.name ?? constraintName(name, columns.map(toName), given.isUnique === true ? 'key' : 'idx'),
    columns,
    isUnique: given.isUnique === true,
    isNamed: given.name !== undefined,
    error: given.error,
  })
  const primary = keyOf(drafts)
  const given = [
    ...Object.entries(drafts).flatMap(([property, { unique }]) =>
      unique === undefined ? [] : [of([property], { isUnique: true, error: unique.error })],
    ),
    ...(options.unique ?? []).map((unique) => of(unique.columns, { ...unique, isUnique: true })),
    ...indexOptions(options).map((index) => of(index.columns, { name: index.name })),
  ]
  // The key is unique by itself.
  const indexes = given.filter(
    ({ columns, isUnique }) => !isUnique || columns.join(' ') !== primary.join(' '),
  )
  const begins = [primary, ...indexes.map(({ columns }) => columns)]
  // Without one, a deletion of what is referred to reads the whole table.
  const missing = references.filter(
    ({ columns: own }) =>
      own.every((property) => drafts[property]?.reference?.hasIndex === true) &&
      !begins.some((columns) => own.every((column, at) => columns[at] === column)),
  )
  return [...indexes, ...missing.map(({ columns }) => of(columns))]
}

interface GivenIndex {
  readonly name?: string | undefined
  readonly isUnique?: boolean
  readonly error?: IndexFacts['error']
}

/** Indexes in their long form. */
export function indexOptions({ indexes = [] }: TableOptions): readonly IndexOptions[] {
  return indexes.map((index) => (isList(index) ? { columns: index } : index))
}

function isList(index: readonly string[] | IndexOptions): index is readonly string[] {
  return Array.isArray(index)
}

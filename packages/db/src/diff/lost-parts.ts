// What a draft would lose without a word: what a comparison leaves is looked for once the draft has run.
import type {
  Change,
  ChangeOf,
  ColumnDescription,
  DatabaseDescription,
  OtherObject,
  TableDescription,
} from '../adapter/index.ts'
import { isSameDefault } from './compare.ts'
import { matchChecks, matchIndexes, matchReferences } from './compare-parts.ts'
import { mentions } from './mentions.ts'

/** A draft that has run. */
export interface RunDraft {
  readonly from: DatabaseDescription
  readonly made: DatabaseDescription
  /** What it was to change. */
  readonly changes: readonly Change[]
  /** Whether objects must have the texts that they had, and not only be there. */
  readonly isExact?: boolean
}

/** Something that is gone. */
export interface LostPart {
  /** A table, or `table.column`; the object's own name where it belongs to none. */
  readonly place: string
  /** What of it, in words: `its expression`. */
  readonly part: string
}

/** Finds what was there before a draft, is not any more, and is in none of its changes. */
export function lostParts({ from, made, changes, isExact = false }: RunDraft): LostPart[] {
  const goneTables = changes.flatMap((change) => (change.kind === 'drop table' ? change.table : []))
  return [
    ...[...from.tables.values()].flatMap((before) => {
      const now = made.tables.get(before.name)
      const own = changes.filter((change) => 'table' in change && change.table === before.name)
      return now === undefined ? [] : lostOfTable({ before, now, changes: own, goneTables, isExact })
    }),
    ...lostObjects(from.others, made.others, { gone: goneTables, isExact }).map(({ kind, name }) => ({
      place: name,
      part: `the ${kind}`,
    })),
  ]
}

interface RunTable {
  readonly before: TableDescription
  readonly now: TableDescription
  readonly changes: readonly Change[]
  readonly goneTables: readonly string[]
  readonly isExact: boolean
}

function lostOfTable(run: RunTable): LostPart[] {
  const { before, now, changes, goneTables, isExact } = run
  const place = before.name
  const gone = changes.flatMap((change) => (change.kind === 'drop column' ? change.column : []))
  const isLost = <T extends { readonly name: string | undefined }>(
    part: T,
    left: readonly T[],
    columns: readonly string[],
  ): boolean =>
    !changes.some((change) => droppedBy(change) === part) &&
    // One of that name is there, in another spelling: of a column that has another type.
    !(part.name !== undefined && left.some(({ name }) => name === part.name)) &&
    !columns.some((column) => gone.includes(column))
  const indexes = matchIndexes(before, now).onlyFrom.filter((index) =>
    isLost(
      index,
      now.indexes,
      index.columns.map(({ name }) => name),
    ),
  )
  const checks = matchChecks(before, now).onlyFrom.filter((check) =>
    isLost(
      check,
      now.checks,
      gone.filter((column) => mentions(check.expression, column)),
    ),
  )
  const references = matchReferences(before, now).onlyFrom.filter(
    (reference) =>
      isLost(reference, now.references, [reference.column]) && !goneTables.includes(reference.toTable),
  )
  const others = lostObjects(before.others, now.others, { gone: [...goneTables, ...gone], isExact })
  return [
    ...lostOfColumns(run),
    ...[
      ...indexes.map(({ name }) => `the index ${name}`),
      ...checks.map(({ expression }) => `the CHECK ${expression}`),
      ...references.map(({ column, toTable }) => `the foreign key of ${column} to ${toTable}`),
      ...others.map(({ kind, name }) => `the ${kind} ${name}`),
    ].map((part) => ({ place, part })),
  ]
}

function droppedBy(change: Change): unknown {
  if (change.kind === 'drop index') return change.index
  if (change.kind === 'drop check') return change.check
  return change.kind === 'drop reference' ? change.reference : undefined
}

function lostOfColumns({ before, now, changes }: RunTable): LostPart[] {
  const columns = new Map(now.columns.map((column) => [column.name, column]))
  // Keys of some tables take null, and those of others do not.
  const isKeyChanged = changes.some(({ kind }) => kind === 'alter storage' || kind === 'alter primary')
  return before.columns.flatMap((column) => {
    const place = `${before.name}.${column.name}`
    const made = columns.get(column.name)
    if (changes.some((change) => change.kind === 'drop column' && change.column === column.name)) return []
    if (made === undefined) return [{ place, part: 'the column' }]
    const wanted = isKeyChanged ? { ...column, isNullable: made.isNullable } : column
    const altered = changes.find(
      (change): change is ChangeOf<'alter column'> =>
        change.kind === 'alter column' && change.to.name === column.name,
    )
    const parts = altered === undefined ? lostWords(wanted, made) : lostByChange(altered, made)
    return [...parts, ...lostAttributes(column, made)].map((part) => ({ place, part }))
  })
}

function lostAttributes({ attributes }: ColumnDescription, now: ColumnDescription): string[] {
  return attributes === undefined || attributes === now.attributes ? [] : [attributes]
}

/** Of a column that changes; the words of what makes its value may follow its type. */
function lostByChange({ from, to }: ChangeOf<'alter column'>, now: ColumnDescription): string[] {
  return [
    ...(wayOf(to.generated) === wayOf(now.generated) ? [] : [from.generated ?? 'its plain values']),
    ...(to.default !== undefined && now.default === undefined ? [`its default ${to.default.text}`] : []),
  ]
}

function wayOf(generated: string | undefined): string | undefined {
  return generated
    ?.replace(/^(?:small|big)?serial$/, 'serial')
    .replace(/(?<= as identity) \(.*$/, '')
    .replace(/(?<=^on update current_timestamp)\(\d*\)$/, '')
}

function lostWords(before: ColumnDescription, now: ColumnDescription): string[] {
  return [
    ...(before.generated === now.generated ? [] : [before.generated ?? 'its plain values']),
    ...(before.type === now.type ? [] : [`its type ${before.type}`]),
    ...(before.isNullable === now.isNullable ? [] : [before.isNullable ? 'null' : 'not null']),
    ...(isSameDefault(before.default, now.default) ? [] : [`its default ${before.default?.text ?? 'null'}`]),
  ]
}

interface LostObjects {
  /** Columns and tables that were to go. */
  readonly gone: readonly string[]
  readonly isExact: boolean
}

/** Objects of which fewer are there; not those that read what was to go. */
function lostObjects(
  before: readonly OtherObject[],
  now: readonly OtherObject[],
  { gone, isExact }: LostObjects,
): OtherObject[] {
  const keyOf = ({ kind, name, text = '' }: OtherObject): string =>
    JSON.stringify([kind, name, isExact && text])
  const left = now.map((one) => keyOf(one))
  return before.filter((one) => {
    const at = left.indexOf(keyOf(one))
    if (at >= 0) left.splice(at, 1)
    return at < 0 && !one.isPrerequisite && !gone.some((word) => mentions(one.text ?? word, word))
  })
}

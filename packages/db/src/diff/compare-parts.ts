// Keys, indexes, CHECKs and foreign keys of a table, matched by what they mean and not by their names.
import type {
  Change,
  CheckDescription,
  IndexDescription,
  ReferenceDescription,
  TableDescription,
} from '../adapter/index.ts'

/** Parts of two tables that mean the same, and those that one of them lacks. */
export interface Matched<T> {
  readonly pairs: readonly (readonly [from: T, to: T])[]
  readonly onlyFrom: readonly T[]
  readonly onlyTo: readonly T[]
}

/** Finds the changes of a table's parts. */
export function compareParts(from: TableDescription, to: TableDescription): Change[] {
  const table = to.name
  const indexes = matchIndexes(from, to)
  const checks = matchChecks(from, to)
  const references = matchReferences(from, to)
  return [
    ...(isSamePrimary(from, to)
      ? []
      : [{ kind: 'alter primary', table, from: from.primary, to: to.primary } as const]),
    ...indexes.onlyFrom.map((index): Change => ({ kind: 'drop index', table, index })),
    ...indexes.onlyTo.map((index): Change => ({ kind: 'add index', table, index })),
    ...checks.onlyFrom.map((check): Change => ({ kind: 'drop check', table, check })),
    ...checks.onlyTo.map((check): Change => ({ kind: 'add check', table, check })),
    ...references.onlyFrom.map((reference): Change => ({ kind: 'drop reference', table, reference })),
    ...references.onlyTo.map((reference): Change => ({ kind: 'add reference', table, reference })),
  ]
}

/** Indexes that mean the same: the same columns in the same order, unique or not. */
export function matchIndexes(from: TableDescription, to: TableDescription): Matched<IndexDescription> {
  const nullable = new Set(to.columns.flatMap(({ name, isNullable }) => (isNullable ? [name] : [])))
  return match(from.indexes, to.indexes, ({ columns, isUnique }) =>
    JSON.stringify([
      isUnique,
      // Where nulls would be is the same for a column without them.
      columns.map(({ name, order }) => [name, nullable.has(name) ? order : order.slice(0, 4).trim()]),
    ]),
  )
}

/** CHECKs that say the same. */
export function matchChecks(from: TableDescription, to: TableDescription): Matched<CheckDescription> {
  return match(from.checks, to.checks, ({ expression }) => expression)
}

/** Foreign keys that say the same. */
export function matchReferences(from: TableDescription, to: TableDescription): Matched<ReferenceDescription> {
  return match(from.references, to.references, ({ column, toTable, toColumn, onDelete, onUpdate }) =>
    JSON.stringify([column, toTable, toColumn, onDelete, onUpdate]),
  )
}

function isSamePrimary(from: TableDescription, to: TableDescription): boolean {
  return JSON.stringify(from.primary?.columns) === JSON.stringify(to.primary?.columns)
}

/** Each is matched once; of several that mean the same, those of the same name first. */
function match<T extends { readonly name: string | undefined }>(
  from: readonly T[],
  to: readonly T[],
  meaningOf: (part: T) => string,
): Matched<T> {
  const left = new Set(from)
  const pairs: (readonly [T, T])[] = []
  const unmatched = new Set(to)
  const take = (isSame: (before: T, now: T) => boolean): void => {
    for (const now of unmatched) {
      const before = [...left].find((one) => meaningOf(one) === meaningOf(now) && isSame(one, now))
      if (before === undefined) continue
      left.delete(before)
      unmatched.delete(now)
      pairs.push([before, now])
    }
  }
  take((before, now) => before.name === now.name)
  take(() => true)
  return { pairs, onlyFrom: [...left], onlyTo: [...unmatched] }
}

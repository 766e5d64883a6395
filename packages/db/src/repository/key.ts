import { inList, joined, type Parameters, type Place, type SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import type { TableAccess } from './table-access.ts'
import type { Row, TableSql } from './table-sql.ts'

/**
 * The canonical values of a key: `7`, or `{ userId, articleId }` of one of several columns.
 *
 * @throws {QueryError} for a key that lacks a column, or has others
 * @throws {InvalidValueError} 400, for a value that its column does not take
 */
export function keyValues(id: unknown, access: TableAccess, operation: string): readonly unknown[] {
  const { primary } = access.facts
  const [only] = primary
  if (primary.length === 1 && only !== undefined) {
    if (id === undefined || id === null)
      throw new QueryError({ message: `${access.key}.${operation} needs a key, not ${String(id)}.` })
    return [only.canonical(id)]
  }
  const names = primary.map(({ property }) => property)
  if (typeof id !== 'object' || id === null || Object.keys(id).length !== names.length)
    throw new QueryError({ message: `${access.key}.${operation} takes a key of { ${names.join(', ')} }.` })
  return rowKey(id as Row, access, operation)
}

/** The canonical values of the key of a loaded row. */
export function rowKey(row: Row, access: TableAccess, operation: string): readonly unknown[] {
  return access.facts.primary.map((column) => {
    const value = row[column.property]
    if (value !== undefined && value !== null) return column.canonical(value)
    throw new QueryError({
      message: `${access.key}.${operation} needs '${column.property}', which is of the key of '${access.facts.name}'.`,
    })
  })
}

/** Writes `a = ? and b = ?` with canonical values. */
export function equalsSql(
  columns: readonly SqlColumn[],
  values: readonly unknown[],
  out: Parameters,
): string {
  return columns.map((column, at) => `${column.name} = ${out.put(column, values[at])}`).join(' and ')
}

/** Writes the condition that columns have one of these lists of canonical values. */
export function anyOfSql(
  columns: readonly SqlColumn[],
  lists: readonly (readonly unknown[])[],
  place: Place,
): string {
  const [only] = columns
  if (columns.length === 1 && only !== undefined)
    return inList(
      only,
      lists.map(([value]) => value),
      place,
    )
  const equal = lists.map((values) => `(${equalsSql(columns, values, place.out)})`)
  return `(${joined(equal, ' or ')})`
}

/**
 * A text for the canonical values of some columns, alike for values that every system finds equal. Of texts without case that is not all
 * that one finds equal: which accents, and which signs, the system alone knows.
 */
export function textOfKey(values: readonly unknown[], columns: readonly SqlColumn[]): string {
  const folded = hasFolded(columns) ? values.map((value, at) => folding(value, columns[at])) : values
  return folded.length === 1 ? String(folded[0]) : JSON.stringify(folded)
}

/** Whether some of the columns are texts without case. */
export function hasFolded(columns: readonly SqlColumn[]): boolean {
  return columns.some(({ facts }) => facts.isCaseInsensitive)
}

function folding(value: unknown, column: SqlColumn | undefined): unknown {
  if (column?.facts.isCaseInsensitive !== true) return value
  return String(value).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The canonical values of some columns of a row; undefined where one is null. */
export function valuesOf(row: Row, columns: readonly SqlColumn[]): readonly unknown[] | undefined {
  const values: unknown[] = []
  for (const { facts, property } of columns) {
    const value = row[property]
    if (value === null || value === undefined) return undefined
    // A Date or a bigint has its canonical text.
    values.push(facts.as === undefined ? value : facts.canonical(value))
  }
  return values
}

/** How many lists of values one statement takes: as many as there are parameters for, and not more than make a long text. */
export function chunkLength(columns: number, { dialect }: TableSql): number {
  return Math.max(1, Math.min(1000, Math.floor(dialect.maxParameters / columns)))
}

/** Lists of at most so many members. */
export function chunksOf<T>(list: readonly T[], length: number): readonly (readonly T[])[] {
  if (list.length <= length) return [list]
  const count = Math.ceil(list.length / length)
  return Array.from({ length: count }, (_, at) => list.slice(at * length, (at + 1) * length))
}

// Puts rows into a table by their key: what is there already, with the same values, is not touched.
import { isDeepStrictEqual } from 'node:util'
import { all, any, conditionsOn, type Condition } from '@keelson/core/conditions'
import { SeedError } from '../errors.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'
import type { PutCounts, Row, SeededTable } from './contract.ts'

/** How many rows are looked for at once. */
const AT_ONCE = 100

/** Where rows are put. */
export interface PutPlace {
  /** Key of the table in `defineTables`, for messages. */
  readonly key: string
  readonly facts: TableFacts
  readonly table: SeededTable
  /** Properties of a unique key; undefined: the primary key. */
  readonly on: readonly string[] | undefined
}

/** The rows as they are now, and what has become of them. */
export interface PutResult {
  readonly rows: readonly Row[]
  readonly counts: PutCounts
}

/**
 * Inserts the rows whose key is not there, and updates those that say other values.
 *
 * @throws {SeedError} for a key that no index holds, a row without its key, and two rows of one key
 */
export async function putRows(rows: readonly Row[], place: PutPlace): Promise<PutResult> {
  const columns = keyColumns(place)
  const keys = keysOf(rows, columns, place.key)
  const there = await findRows(keys, columns, place)
  const absent = [...keys].filter(([text]) => !there.has(text))
  const inserted = await place.table.insertMany(absent.map(([, { row }]) => row))
  absent.forEach(([text], at) => there.set(text, inserted[at]!))
  let updated = 0
  const isNew = new Set(absent.map(([text]) => text))
  for (const [text, { row }] of keys) {
    const found = there.get(text)!
    if (isNew.has(text)) continue
    const now = await update(found, row, { ...place, on: columns.map(({ property }) => property) })
    if (now !== found) updated++
    there.set(text, now)
  }
  const unchanged = rows.length - inserted.length - updated
  return {
    rows: [...keys.keys()].map((text) => there.get(text)!),
    counts: { inserted: inserted.length, updated, unchanged },
  }
}

/** @throws {SeedError} for columns that no unique key has */
function keyColumns({ on, facts, key }: PutPlace): readonly ColumnFacts[] {
  if (on === undefined) return facts.primary
  const primary = facts.primary.map(({ property }) => property)
  const known = [primary, ...facts.indexes.flatMap(({ isUnique, columns }) => (isUnique ? [columns] : []))]
  const isKey = known.some((one) => one.length === on.length && one.every((name) => on.includes(name)))
  if (isKey) return on.map((property) => facts.byProperty.get(property)!)
  throw new SeedError({
    message: `put('${key}', …) needs the columns of a unique key as on: ${known.map((one) => one.join(' + ')).join(', or ')}.`,
  })
}

interface Keyed {
  readonly row: Row
  /** Canonical values of the key. */
  readonly values: readonly unknown[]
}

/** Rows by a text of their keys, in their order. */
function keysOf(
  rows: readonly Row[],
  columns: readonly ColumnFacts[],
  key: string,
): ReadonlyMap<string, Keyed> {
  const keys = new Map<string, Keyed>()
  for (const [at, row] of rows.entries()) {
    const values = columns.map((column) => {
      const value = row[column.property]
      if (value !== undefined && value !== null) return column.canonical(value)
      throw new SeedError({
        message: `put('${key}', …): row ${at + 1} does not say '${column.property}', by which it would be found again. Give it a value, or say another unique key: { on: ['…'] }.`,
      })
    })
    const text = textOf(values, columns)
    if (keys.has(text))
      throw new SeedError({
        message: `put('${key}', …): row ${at + 1} has the key of row ${[...keys.keys()].indexOf(text) + 1}. Give each row a key of its own.`,
      })
    keys.set(text, { row, values })
  }
  return keys
}

function textOf(values: readonly unknown[], columns: readonly ColumnFacts[]): string {
  return JSON.stringify(
    values.map((value, at) =>
      columns[at]!.isCaseInsensitive ? String(value).toLowerCase() : (value as string),
    ),
  )
}

async function findRows(
  keys: ReadonlyMap<string, Keyed>,
  columns: readonly ColumnFacts[],
  { table }: PutPlace,
): Promise<Map<string, Row>> {
  const terms = conditionsOn(
    Object.fromEntries(
      columns.map(({ property, kind, isCaseInsensitive }) => [
        property,
        { kind, caseInsensitive: isCaseInsensitive },
      ]),
    ),
  ) as unknown as Readonly<Record<string, { is(value: unknown): Condition<never> }>>
  const conditions = [...keys.values()].map(({ values }) =>
    all(...columns.map(({ property }, at) => terms[property]!.is(values[at]))),
  )
  const found = new Map<string, Row>()
  for (let at = 0; at < conditions.length; at += AT_ONCE) {
    const where = any(...conditions.slice(at, at + AT_ONCE))
    // One that was deleted softly has the key as well.
    for (const row of await table.find({ where, withDeleted: true })) {
      const values = columns.map((column) => column.canonical(row[column.property]))
      found.set(textOf(values, columns), row)
    }
  }
  return found
}

/** Makes a row that is there say what the other says; gives itself where it does. */
async function update(
  found: Row,
  row: Row,
  { facts, table, on }: PutPlace & { readonly on: readonly string[] },
): Promise<Row> {
  const { softDelete } = facts
  if (softDelete !== undefined && found[softDelete.property] !== null) return table.upsert(row, { on })
  const changed = facts.columns.filter(
    (column) =>
      !column.isPrimary &&
      column !== facts.version &&
      row[column.property] !== undefined &&
      !isSame(column, found[column.property], row[column.property]),
  )
  if (changed.length === 0) return found
  return table.update(found, Object.fromEntries(changed.map(({ property }) => [property, row[property]])))
}

function isSame(column: ColumnFacts, one: unknown, other: unknown): boolean {
  const canonical = (value: unknown): unknown => (value === null ? null : column.canonical(value))
  return isDeepStrictEqual(canonical(one), canonical(other))
}

// Loads what rows refer to, and what refers to them: one query for each relation, however many rows there are.
import { QueryError } from '../errors.ts'
import type { RelationFacts } from '../table/index.ts'
import { anyOfSql, chunkLength, chunksOf, textOfKey, valuesOf } from './key.ts'
import { totalOrder } from './order.ts'
import { readRows, selectRows } from './select.ts'
import type { TableAccess } from './table-access.ts'
import type { Parameters, Row, SqlColumn } from './table-sql.ts'

/** A relation with the table that it leads to. */
export interface Relation {
  readonly facts: RelationFacts
  readonly to: TableAccess
}

/**
 * Relations of a table by name.
 *
 * @throws {QueryError} for a name that is not one
 */
export function relationsOf(
  names: readonly string[],
  { key, tables }: TableAccess,
  accessOf: (key: string) => TableAccess,
): readonly Relation[] {
  const known = tables.relations.get(key) ?? new Map<string, RelationFacts>()
  return names.map((name) => {
    const facts = known.get(name)
    if (facts !== undefined) return { facts, to: accessOf(facts.to) }
    const names = known.size === 0 ? 'none' : [...known.keys()].join(', ')
    throw new QueryError({
      message: `${key}.with('${name}'): '${key}' has no such relation. It has ${names}.`,
    })
  })
}

/** Rows with their relations; each is an object of its own. */
export async function withRelations(
  rows: readonly Row[],
  relations: readonly Relation[],
  access: TableAccess,
): Promise<readonly Row[]> {
  const joined = rows.map((row): Record<string, unknown> => ({ ...row }))
  for (const relation of relations) await join(joined, relation, access)
  return joined
}

async function join(
  rows: readonly Record<string, unknown>[],
  { facts, to }: Relation,
  access: TableAccess,
): Promise<void> {
  const here = columnsOf(facts.columns, access)
  const there = columnsOf(facts.toColumns, to)
  const keys = new Map<string, readonly unknown[]>()
  for (const row of rows) {
    const values = valuesOf(row, here)
    if (values !== undefined) keys.set(textOfKey(values), values)
  }
  const related = await readRelated([...keys.values()], there, { facts, to, operation: `with ${facts.name}` })
  const found = groupedBy(related, there)
  for (const row of rows) {
    const values = valuesOf(row, here)
    const list = values === undefined ? [] : (found.get(textOfKey(values)) ?? [])
    row[facts.name] = facts.isMany ? list : (list[0] ?? null)
  }
}

function groupedBy(rows: readonly Row[], columns: readonly SqlColumn[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const values = valuesOf(row, columns)
    if (values === undefined) continue
    const group = groups.get(textOfKey(values))
    if (group === undefined) groups.set(textOfKey(values), [row])
    else group.push(row)
  }
  return groups
}

function columnsOf(properties: readonly string[], { sql }: TableAccess): readonly SqlColumn[] {
  return properties.flatMap((property) => sql.byProperty.get(property) ?? [])
}

/** Rows that were deleted softly are not one of many, but are still what another row refers to. */
async function readRelated(
  keys: readonly (readonly unknown[])[],
  columns: readonly SqlColumn[],
  { facts, to, operation }: Relation & { readonly operation: string },
): Promise<readonly Row[]> {
  if (keys.length === 0) return []
  const { sql } = to
  const order = facts.isMany ? totalOrder([], sql) : []
  const rows: Row[] = []
  for (const chunk of chunksOf(keys, chunkLength(columns.length, sql))) {
    const and = (out: Parameters): string => anyOfSql(columns, chunk, { table: sql, out })
    const query = selectRows({ condition: undefined, withDeleted: !facts.isMany, and, order }, sql)
    for (const row of await readRows(to, operation, query)) rows.push(row)
  }
  return rows
}

// Loads what rows refer to, and what refers to them: one query for each relation, however many rows there are.
import type { SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import type { RelationFacts } from '../table/index.ts'
import { textOfKey, valuesOf } from './key.ts'
import { readByKeys } from './keyed-rows.ts'
import { totalOrder } from './order.ts'
import { asRow } from './row-class.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

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

/**
 * Rows with their relations; each is an object of its own. A row whose reference must be there, and was deleted between the two statements, is
 * omitted: it went with it.
 */
export async function withRelations(
  rows: readonly Row[],
  relations: readonly Relation[],
  access: TableAccess,
): Promise<readonly Row[]> {
  let joined: readonly Joined[] = rows.map((row): Joined => asRow({ ...row }, access.sql.Row))
  for (const relation of relations) joined = await join(joined, relation, access)
  return joined
}

type Joined = Record<string, unknown>

async function join(
  rows: readonly Joined[],
  { facts, to }: Relation,
  access: TableAccess,
): Promise<readonly Joined[]> {
  const here = columnsOf(facts.columns, access)
  const there = columnsOf(facts.toColumns, to)
  const keys = rows.map((row) => valuesOf(row, here))
  const found = await readByKeys(
    keys.filter((key) => key !== undefined),
    {
      access: to,
      columns: there,
      operation: `with ${facts.name}`,
      // Rows that were deleted softly are not one of many, but are still what another row refers to.
      withDeleted: !facts.isMany,
      order: facts.isMany ? totalOrder([], to.sql) : [],
    },
  )
  for (const [at, row] of rows.entries()) {
    const key = keys[at]
    const list = key === undefined ? [] : (found.get(textOfKey(key, there)) ?? [])
    row[facts.name] = facts.isMany ? list : (list[0] ?? null)
  }
  return facts.isMany || facts.isNullable ? rows : rows.filter((row) => row[facts.name] !== null)
}

function columnsOf(properties: readonly string[], { sql }: TableAccess): readonly SqlColumn[] {
  return properties.flatMap((property) => sql.byProperty.get(property) ?? [])
}

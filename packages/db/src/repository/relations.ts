// Loads what rows refer to, and what refers to them: one query for each relation, however many rows there are.
import type { SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import { nameRemedy, type RelationFacts } from '../table/index.ts'
import { textOfKey, valuesOf } from './key.ts'
import { readByKeys } from './keyed-rows.ts'
import { totalOrder } from './order.ts'
import { asRow } from './row-class.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

/** How the rows of a relation are read: whole, or some of their columns. */
export interface RelatedWay {
  readonly access: TableAccess
  /** Omits what was read for the read alone; undefined: rows are given as they are read. */
  readonly cut: ((rows: readonly Row[]) => readonly Row[]) | undefined
}

/** A relation with the table that it leads to. */
export interface Relation {
  readonly facts: RelationFacts
  readonly way: RelatedWay
}

/** What `with` takes: names, or columns by name, and `true` for whole rows. */
export type AskedRelations = readonly string[] | readonly [{ readonly [name: string]: unknown }]

/**
 * Relations of a table by name.
 *
 * @param wayOf - how these columns of a relation are read; of none, whole rows
 * @throws {QueryError} for a name that is not one, and for what is not a list of columns
 */
export function relationsOf(
  asked: AskedRelations,
  { key, tables }: TableAccess,
  wayOf: (facts: RelationFacts, columns: readonly string[] | undefined) => RelatedWay,
): readonly Relation[] {
  const known = tables.relations.get(key) ?? new Map<string, RelationFacts>()
  return entriesOf(asked).map(([name, columns]) => {
    const facts = known.get(name)
    if (facts === undefined) {
      const remedy = known.size === 0 ? 'It has none.' : nameRemedy(name, known.keys())
      throw new QueryError({
        message: `${key}.with('${name}'): '${key}' has no such relation. ${remedy}`,
      })
    }
    if (columns !== true && !Array.isArray(columns))
      throw new QueryError({
        message: `${key}.with({ ${name} }): give the names of its columns, ['id'], or true for all.`,
      })
    return { facts, way: wayOf(facts, columns === true ? undefined : (columns as readonly string[])) }
  })
}

function entriesOf(asked: AskedRelations): readonly (readonly [name: string, columns: unknown])[] {
  const [first] = asked
  if (typeof first === 'object' && asked.length === 1) return Object.entries(first)
  return (asked as readonly string[]).map((name) => [name, true])
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
  { facts, way }: Relation,
  access: TableAccess,
): Promise<readonly Joined[]> {
  const to = way.access
  const here = columnsOf(facts.columns, access)
  const there = columnsOf(facts.toColumns, to)
  const keys = rows.map((row) => valuesOf(row, here))
  const read = await readByKeys(
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
  const { cut } = way
  const found = cut === undefined ? read : new Map([...read].map(([text, list]) => [text, cut(list)]))
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

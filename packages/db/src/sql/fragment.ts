// Pieces of SQL as data: text, values and names, put together when the system is known.
import type { Where } from '@keelson/core/conditions'
import { QueryError } from '../errors.ts'
import type { ColumnFacts } from '../table/index.ts'
import { conditionPart, type ConditionPart, type WhereOptions, type WhereTable } from './condition-part.ts'
import { columnOf, factsOf, type SqlProperty, type SqlTable } from './sql-table.ts'

/** A value that is sent apart from the text. */
export type SqlScalar = string | number | bigint | boolean | Uint8Array | null

/** What may stand in `${…}`: a value, a piece of SQL, or a list of them, as in `in (${ids})`. */
export type SqlInput = SqlScalar | SqlFragment | readonly (SqlScalar | SqlFragment)[]

/** A part of a fragment. */
export type SqlPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly names: readonly string[] }
  | { readonly kind: 'value'; readonly value: unknown; readonly column: ColumnFacts | undefined }
  | { readonly kind: 'as'; readonly name: string; readonly column: ColumnFacts }
  | ConditionPart
  | { readonly kind: 'list'; readonly parts: readonly (readonly SqlPart[])[] }

/** A piece of SQL, made by {@link sql}: it runs nothing by itself. */
export class SqlFragment {
  /** For the framework alone; may change with any version. */
  readonly '~internal': readonly SqlPart[]

  constructor(parts: readonly SqlPart[]) {
    this['~internal'] = parts
  }
}

/** Makes pieces of SQL. */
export interface SqlBuilder {
  /** A piece of SQL for `${…}` of another, or of `db.sql`. */
  (strings: TemplateStringsArray, ...values: readonly SqlInput[]): SqlFragment
  /** The name of a table. */
  table(table: SqlTable): SqlFragment
  /** The name of a column with that of its table: `"orders"."created_at"`. */
  ref<T extends SqlTable>(table: T, property: SqlProperty<T>): SqlFragment
  /** The name of a column alone, for lists of columns and behind an alias: `o.${sql.column(Orders, 'createdAt')}`. */
  column<T extends SqlTable>(table: T, property: SqlProperty<T>): SqlFragment
  /** A value as its column keeps it: checked, and a decimal, an instant or bytes in the form of the database. */
  value<T extends SqlTable, P extends SqlProperty<T>>(table: T, property: P, value: T['~row'][P]): SqlFragment
  /**
   * Names an expression of the select list, and says that its values are those of a column, in the form in which the database keeps that:
   * `sum(total) ${sql.as(Orders, 'total')}` is `sum(total) as "total"`, read as `orders.total` is.
   *
   * @param name - name in the rows; default that of the property
   */
  as<T extends SqlTable>(table: T, property: SqlProperty<T>, name?: string): SqlFragment
  /**
   * What a `where` of a repository says, as a condition of the statement: `where ${sql.where(Orders, visible, { alias: 'o' })}`. It holds for the rows
   * that the repository finds by it, and for those that were deleted softly.
   *
   * @throws {ConditionError} `ERR_CORE_CONDITION` for `undefined`
   * @throws {QueryError} `ERR_DB_QUERY` for a property that the table does not have
   * @throws {InvalidValueError} `ERR_DB_VALUE`, 400, for a value of equalities that its column does not take
   */
  where<T extends WhereTable>(table: T, where: Where<T['columns']>, options?: WhereOptions): SqlFragment
  /** A value as the text of its JSON. */
  json(value: unknown): SqlFragment
  /** Pieces with a text between them. Default `, `. */
  join(pieces: readonly SqlFragment[], separator?: SqlFragment): SqlFragment
}

function tag(strings: TemplateStringsArray, ...values: readonly SqlInput[]): SqlFragment {
  return new SqlFragment(partsOf(strings, values))
}

/**
 * Makes pieces of SQL for `db.sql`: each `${…}` is a parameter, a piece, or a list. Names are written by `sql.table` and `sql.ref`.
 *
 * @throws {QueryError} `ERR_DB_QUERY` for what is neither a value nor a piece
 * @example
 * const open = sql`status = ${'open'}`
 * const recent = sql`${open} and total > ${5}`
 */
export const sql: SqlBuilder = Object.freeze(
  Object.assign(tag, {
    table: (table: SqlTable) => new SqlFragment([{ kind: 'name', names: [factsOf(table).name] }]),
    ref: (table: SqlTable, property: string) =>
      new SqlFragment([{ kind: 'name', names: [factsOf(table).name, columnOf(table, property).name] }]),
    column: (table: SqlTable, property: string) =>
      new SqlFragment([{ kind: 'name', names: [columnOf(table, property).name] }]),
    value: (table: SqlTable, property: string, value: unknown) =>
      new SqlFragment([{ kind: 'value', value, column: columnOf(table, property) }]),
    as: (table: SqlTable, property: string, name = property) =>
      new SqlFragment([{ kind: 'as', name, column: columnOf(table, property) }]),
    where: function where(table: SqlTable, given: unknown, options?: WhereOptions) {
      return new SqlFragment([conditionPart(table, given, { options, below: where })])
    },
    json: (value: unknown) => {
      const text = JSON.stringify(value) as string | undefined
      if (text === undefined) throw new QueryError({ message: 'sql.json takes a value that JSON has.' })
      return new SqlFragment([{ kind: 'value', value: text, column: undefined }])
    },
    join,
  }),
)

/** The parts of a template. */
export function partsOf(strings: TemplateStringsArray, values: readonly unknown[]): readonly SqlPart[] {
  if (!Array.isArray(strings) || !('raw' in strings))
    throw new QueryError({ message: 'sql is a tag: write sql`select …`, without parentheses.' })
  return strings.flatMap((text: string, at): readonly SqlPart[] => {
    const written: SqlPart = { kind: 'text', text }
    return at < values.length ? [written, ...partsOfInput(values[at], at + 1)] : [written]
  })
}

function partsOfInput(value: unknown, at: number): readonly SqlPart[] {
  if (!Array.isArray(value)) return partsOfOne(value, at)
  return [{ kind: 'list', parts: value.map((one: unknown) => partsOfOne(one, at)) }]
}

function partsOfOne(value: unknown, at: number): readonly SqlPart[] {
  if (value instanceof SqlFragment) return value['~internal']
  const problem = problemOf(value)
  if (problem !== undefined) throw new QueryError({ message: `sql: \${…} number ${at} is ${problem}` })
  return [{ kind: 'value', value, column: undefined }]
}

/** Why a value cannot be sent. */
function problemOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : `${value}, which a column cannot have.`
    case 'undefined':
      return 'undefined. Write null for no value.'
    case 'object':
      if (value === null || value instanceof Uint8Array) return undefined
      if (Array.isArray(value)) return 'a list within a list. Write sql.json(value) for JSON.'
      if (value instanceof Date)
        return "a Date. Write sql.value(Orders, 'createdAt', instant), which has the form of the database."
      return 'an object. Write sql.json(value) for JSON.'
    default:
      return `a ${typeof value}, which a column cannot have.`
  }
}

function join(
  pieces: readonly SqlFragment[],
  separator = new SqlFragment([{ kind: 'text', text: ', ' }]),
): SqlFragment {
  return new SqlFragment(
    pieces.flatMap((piece, at) => [...(at === 0 ? [] : separator['~internal']), ...piece['~internal']]),
  )
}

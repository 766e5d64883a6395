import { SetupError, type SetupProblem } from '@keelson/core'
import type { ColumnKind, ConditionColumns } from '@keelson/core/conditions'
import { checkOptions } from '@keelson/core/options'
import type { AnyColumns } from './column.ts'
import type { TableFacts } from './contract.ts'
import { factsOfTable } from './make-facts.ts'
import { newSchema, patchSchema, rowSchema } from './make-schema.ts'
import { TABLE_OPTIONS, type TableOptions } from './table-options.ts'
import type { TableSchema } from './table-schema.ts'
import type {
  IdOfColumns,
  InsertOfColumns,
  NamesOf,
  NewOfColumns,
  PatchOfColumns,
  RowOfColumns,
  RowSchema,
  UpdateOfColumns,
} from './table-types.ts'

/** Any table. */
export interface AnyTable {
  readonly columns: ConditionColumns
  readonly row: { readonly static: unknown }
  readonly '~columns': AnyColumns
  readonly '~row': unknown
  readonly '~insert': unknown
  readonly '~update': unknown
  readonly '~id': unknown
  readonly '~referring': string
  readonly '~internal': TableFacts
}

/**
 * The type of a row of the database, hidden columns included: what repositories give. What routes show of it is
 * `typeof Orders.row.static`.
 *
 * @example
 * const Notes = table('notes', { id: uuid().primary(), text: text() })
 * const title = (note: RowOf<typeof Notes>): string => note.text
 */
export type RowOf<T extends AnyTable> = T['~row']

/**
 * The type of what `insert` takes: made values and defaults may be omitted.
 *
 * @example
 * const Notes = table('notes', { id: uuid().primary(), text: text() })
 * const note: InsertOf<typeof Notes> = { text: 'first' }
 */
export type InsertOf<T extends AnyTable> = T['~insert']

/**
 * The type of what `update` sets: everything but the key and the version.
 *
 * @example
 * const Notes = table('notes', { id: uuid().primary(), text: text() })
 * const change: UpdateOf<typeof Notes> = { text: 'second' }
 */
export type UpdateOf<T extends AnyTable> = T['~update']

/** Tables by the key under which a database has them. */
export interface AnyTables {
  readonly [key: string]: AnyTable
}

/** A column as conditions read it. */
export interface TableColumn<T, K extends ColumnKind> {
  readonly kind: K
  readonly nullable: boolean
  readonly caseInsensitive?: boolean
  readonly '~type': T
}

/** Columns as conditions read them. */
export type TableColumns<C extends AnyColumns> = {
  readonly [P in keyof C]: TableColumn<C[P]['~type'], C[P]['kind']>
}

/**
 * A table, made by {@link table}.
 *
 * @example
 * const Notes: AnyTable = table('notes', { id: uuid().primary(), text: text() })
 */
export interface Table<TName extends string, C extends AnyColumns> extends AnyTable {
  readonly name: TName
  readonly row: RowSchema<C>
  readonly new: TableSchema<NewOfColumns<C>>
  readonly patch: TableSchema<PatchOfColumns<C>>
  readonly columns: TableColumns<C>
  readonly '~columns': C
  readonly '~row': RowOfColumns<C>
  readonly '~insert': InsertOfColumns<C>
  readonly '~update': UpdateOfColumns<C>
  readonly '~id': IdOfColumns<C>
  readonly '~referring': NamesOf<C>['refers']
  readonly '~internal': TableFacts
}

/**
 * Declares a table: its rows, what an insert takes, schemas for routes and its DDL follow from this value. Properties are camelCase,
 * columns of the database snake_case.
 *
 * @param name - in the database
 * @param columns - by property
 * @throws {SetupError} `ERR_DB_TABLE` with every problem: no key, a default that its column does not take, an indexed text without length
 * @example
 * const Orders = table(
 *   'orders',
 *   {
 *     id: uuid().primary(),
 *     email: text({ format: 'email', maxLength: 254 }).unique(),
 *     status: oneOf('open', 'closed').default('open'),
 *     total: decimal(12, 2, { minimum: 0 }),
 *     version: version(),
 *     createdAt: timestamp().now(),
 *   },
 *   { indexes: [['status', 'createdAt']] },
 * )
 * const Summary = Orders.row.pick('id', 'total')
 */
export function table<const N extends string, C extends AnyColumns>(
  name: N,
  columns: C,
  options: TableOptions<NoInfer<keyof C & string>> = {},
): Table<N, C> {
  checkOptions(TABLE_OPTIONS, options, { name: `table('${name}')`, below: table as never })
  const others = Object.entries(columns).flatMap(([property, column]) => notColumn(name, property, column))
  if (others.length > 0) throw new SetupError(others)
  const drafts = Object.fromEntries(
    Object.entries(columns).map(([property, column]) => [property, column['~internal']]),
  )
  const { facts, problems } = factsOfTable({ name, drafts, options: options as TableOptions })
  if (problems.length > 0) throw new SetupError(problems)
  const described = facts.columns.map(({ property, kind, isNullable, isCaseInsensitive }) => [
    property,
    { kind, nullable: isNullable, ...(isCaseInsensitive && { caseInsensitive: true }) },
  ])
  // What it says at run time, its types say to the compiler.
  return Object.freeze({
    name,
    row: rowSchema(name, facts.columns),
    new: newSchema(name, facts.columns),
    patch: patchSchema(name, facts.columns),
    columns: Object.freeze(Object.fromEntries(described)),
    '~internal': facts,
  }) as unknown as Table<N, C>
}

/** What was given for a column and is none, such as its builder. */
function notColumn(table: string, property: string, given: unknown): SetupProblem[] {
  const internal = (given as { readonly '~internal'?: unknown } | null | undefined)?.['~internal']
  if (typeof given === 'object' && typeof internal === 'object' && internal !== null) return []
  const isBuilder = typeof given === 'function' && given.name !== ''
  return [
    {
      code: 'ERR_DB_TABLE',
      place: `${table}.${property}`,
      message: isBuilder ? `${given.name} is the function that makes a column.` : 'It is not a column.',
      remedy: isBuilder
        ? `Call it: ${property}: ${given.name}().`
        : 'Write a column of @keelson/db: text(), integer(), …; a schema belongs into its json(schema).',
    },
  ]
}

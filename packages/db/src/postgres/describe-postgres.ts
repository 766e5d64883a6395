// A database of PostgreSQL, or of PGlite, as its catalogue describes it: the current schema.
import {
  groupRows,
  stripParentheses,
  type Ask,
  type CheckDescription,
  type ColumnDescription,
  type DatabaseDescription,
  type DriverRow,
  type IndexColumn,
  type IndexDescription,
  type OtherObject,
  type PrimaryDescription,
  type ReferenceAction,
  type ReferenceDescription,
  type TableDescription,
} from '../adapter/index.ts'
import { OTHERS, TABLE_OTHERS } from './describe-other-texts.ts'
import { COLUMNS, CONSTRAINTS, INDEXES } from './describe-texts.ts'
import { literalValue } from './literal-value.ts'

interface Asked {
  readonly columns: readonly DriverRow[]
  readonly indexes: readonly DriverRow[]
  readonly constraints: readonly DriverRow[]
  readonly others: readonly DriverRow[]
}

/** Reads the current schema. */
export async function describePostgres(ask: Ask): Promise<DatabaseDescription> {
  const rowsOf = async (text: string): Promise<readonly DriverRow[]> => (await ask(text, [])).rows
  const columns = groupRows(await rowsOf(COLUMNS), 'table')
  const indexes = groupRows(await rowsOf(INDEXES), 'table')
  const constraints = groupRows(await rowsOf(CONSTRAINTS), 'table')
  const others = groupRows(await rowsOf(TABLE_OTHERS), 'table')
  const tables = [...columns].map(([name, rows]) =>
    tableOf(name, {
      columns: rows,
      indexes: indexes.get(name) ?? [],
      constraints: constraints.get(name) ?? [],
      others: others.get(name) ?? [],
    }),
  )
  return {
    tables: new Map(tables.map((table) => [table.name, table])),
    others: (await rowsOf(OTHERS)).map((row) => other(row, row['is_prerequisite'] === true)),
  }
}

function tableOf(name: string, { columns, indexes, constraints, others }: Asked): TableDescription {
  const plain = indexes.filter((row) => row['is_plain'] === true && row['is_primary'] !== true)
  const special = indexes.filter((row) => row['is_plain'] !== true && row['is_primary'] !== true)
  const references = constraints.filter((row) => isReference(row))
  const unsaid = constraints.filter((row) => row['type'] === 'f' && !isReference(row))
  return {
    name,
    columns: columns.filter((row) => row['name'] !== null).map(columnOf),
    primary: primaryOf(indexes),
    indexes: plain.map(indexOf),
    checks: constraints.filter((row) => row['type'] === 'c').map(checkOf),
    references: references.map(referenceOf),
    storage: '',
    others: [
      ...special.map((row) => other({ ...row, kind: kindOfIndex(row) })),
      ...unsaid.map((row) => other({ ...row, kind: 'foreign key' })),
      ...others.map((row) => other(row)),
    ],
  }
}

function kindOfIndex(row: DriverRow): string {
  if (row['constraint_type'] === 'x') return 'exclusion constraint'
  return row['is_constraint'] === true ? 'unique constraint' : 'index'
}

function other(row: DriverRow, isPrerequisite = false): OtherObject {
  return {
    kind: row['kind'] as string,
    name: row['name'] as string,
    text: (row['text'] as string | null) ?? undefined,
    isPrerequisite,
  }
}

function columnOf(row: DriverRow): ColumnDescription {
  const type = row['type'] as string
  const generated = generatedOf(row)
  const text = row['expression'] as string | null
  return {
    name: row['name'] as string,
    type: row['collation'] === null ? type : `${type} collate ${row['collation'] as string}`,
    values: (row['enum_values'] as string[] | null) ?? undefined,
    isNullable: row['nullable'] === true,
    default: text === null || generated !== undefined ? undefined : { text, value: literalValue(text) },
    generated,
    attributes: undefined,
  }
}

const SERIALS: Readonly<Record<string, string>> = {
  smallint: 'smallserial',
  integer: 'serial',
  bigint: 'bigserial',
}
const COMPUTED: Readonly<Record<string, string>> = { s: 'stored', v: 'virtual' }

function generatedOf(row: DriverRow): string | undefined {
  const computed = COMPUTED[row['generated'] as string]
  if (computed !== undefined)
    return `generated always as (${stripParentheses(row['expression'] as string)}) ${computed}`
  if (row['identity'] !== '')
    return `generated ${row['identity'] === 'a' ? 'always' : 'by default'} as identity${row['numbering'] as string}`
  return row['is_serial'] === true ? SERIALS[row['type'] as string] : undefined
}

interface KeyColumn {
  readonly name: string
  readonly option: number
}

function primaryOf(indexes: readonly DriverRow[]): PrimaryDescription | undefined {
  const row = indexes.find((index) => index['is_primary'] === true)
  if (row === undefined) return undefined
  return { name: row['name'] as string, columns: (row['columns'] as KeyColumn[]).map(({ name }) => name) }
}

/** By the two bits of an option: descending, nulls first. */
const ORDERS = ['asc nulls last', 'desc', 'asc', 'desc nulls first'] as const

function indexOf(row: DriverRow): IndexDescription {
  return {
    name: row['name'] as string,
    columns: (row['columns'] as KeyColumn[]).map(({ name, option }): IndexColumn => ({
      name,
      order: ORDERS[option] ?? 'asc',
    })),
    isUnique: row['is_unique'] === true,
    isConstraint: row['is_constraint'] === true,
  }
}

/** Whether rows that were there before hold it is not a part of its meaning. */
function checkOf(row: DriverRow): CheckDescription {
  return {
    name: row['name'] as string,
    expression: stripParentheses(evenLists(row['expression'] as string)),
    column: undefined,
  }
}

const VARYING_LIST = /\(\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]\)/g
const VARYING_ITEM = /'(?:[^']|'')*'::character varying/g

/** The server says a list of `varchar in (…)` otherwise, once it has read its own text. */
function evenLists(expression: string): string {
  return expression.replaceAll(
    VARYING_LIST,
    (_whole, list: string) => `(ARRAY[${list.replaceAll(VARYING_ITEM, (item) => `(${item})::text`)}])`,
  )
}

/** Whether a table value could say it: of one column, to a primary key, checked at once. */
function isReference(row: DriverRow): boolean {
  return (
    row['type'] === 'f' &&
    (row['columns'] as string[]).length === 1 &&
    row['is_to_primary'] === true &&
    row['is_deferrable'] !== true
  )
}

const ACTIONS: Readonly<Record<string, ReferenceAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

function referenceOf(row: DriverRow): ReferenceDescription {
  return {
    name: row['name'] as string,
    column: (row['columns'] as string[])[0] ?? '',
    toTable: row['to_table'] as string,
    toColumn: (row['to_columns'] as string[])[0] ?? '',
    onDelete: ACTIONS[row['on_delete'] as string] ?? 'no action',
    onUpdate: ACTIONS[row['on_update'] as string] ?? 'no action',
    isValid: row['is_valid'] === true,
  }
}

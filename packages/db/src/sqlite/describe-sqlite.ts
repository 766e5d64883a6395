// A database of SQLite: by its pragmas, and for what none tells by the texts of its tables.
import {
  groupRows,
  quoteName,
  rowText,
  type Ask,
  type CheckDescription,
  type ColumnDescription,
  type DatabaseDescription,
  type DriverRow,
  type IndexDescription,
  type OtherObject,
  type ReferenceAction,
  type ReferenceDescription,
  type TableDescription,
} from '../adapter/index.ts'
import { literalDefault } from './literal-default.ts'
import { normalExpression } from './normal-expression.ts'
import { parseTable, type ParsedColumn, type ParsedReference, type ParsedTable } from './parse-table.ts'
import { foldName } from './sql-tokens.ts'

type Rows = readonly DriverRow[]

/** Names that are ours to describe. The list of tables is asked alone: joined with another pragma it would be made anew for each row. */
const OURS = `t.name not like 'sqlite\\_%' escape '\\' and t.name not like 'keelson\\_%' escape '\\'`
/** Tables that hold rows themselves: those behind virtual ones belong to those. */
const TABLES = `select t.name, l.strict as is_strict, l.wr as is_without_rowid, t.sql
  from pragma_table_list l cross join sqlite_master t on t.type = 'table' and t.name = l.name
  where l.schema = 'main' and l.type = 'table' and ${OURS} order by t.name`
const COLUMNS = `select t.name as table_name, x.name, x."notnull" as is_required, x.dflt_value as expression, x.pk, x.hidden
  from sqlite_master t join pragma_table_xinfo(t.name) x where t.type = 'table' and ${OURS} order by t.name, x.cid`
const INDEXES = `select t.name as table_name, l.name, l."unique" as is_unique, l.origin, l.partial, x.seqno, x.cid, x.name as column_name, x."desc" as is_descending,
    x.coll as collation, m.sql
  from sqlite_master t join pragma_index_list(t.name) l join pragma_index_xinfo(l.name) x left join sqlite_master m on m.type = 'index' and m.name = l.name
  where t.type = 'table' and ${OURS} and x.key = 1 and l.origin <> 'pk' order by t.name, l.name, x.seqno`
const REFERENCES = `select t.name as table_name, f.id, f.seq, f."table" as to_table, f."from" as column_name, f."to" as to_column, f.on_update, f.on_delete
  from sqlite_master t join pragma_foreign_key_list(t.name) f where t.type = 'table' and ${OURS} order by t.name, f.id desc, f.seq`
const TRIGGERS = `select 'trigger' as kind, lower(tbl_name) as folded, name, sql from sqlite_master where type = 'trigger' order by name`
/** Views go with their triggers. */
const OTHERS = `select case m.type when 'table' then 'virtual table' else m.type end as kind, m.name, m.sql from sqlite_master m
  where m.type = 'view' or (m.type = 'table' and m.sql like 'create virtual table%')
    or (m.type = 'trigger' and exists (select v.name from sqlite_master v where v.type = 'view' and lower(v.name) = lower(m.tbl_name)))
  order by m.type = 'trigger', m.rowid`

/** Reads the main database. */
export async function describeSqlite(ask: Ask): Promise<DatabaseDescription> {
  const rowsOf = async (text: string): Promise<Rows> => (await ask(text, [])).rows
  const byTable = async (text: string): Promise<ReadonlyMap<string, Rows>> =>
    groupRows(await rowsOf(text), 'table_name')
  const tables = await rowsOf(TABLES)
  const columns = await byTable(COLUMNS)
  const indexes = await byTable(INDEXES)
  const references = await byTable(REFERENCES)
  // Its table is named as the trigger says it.
  const triggers = groupRows(await rowsOf(TRIGGERS), 'folded')
  const names = new Map(tables.map((row) => [foldName(rowText(row, 'name')), keyOf(row, columns)]))
  const described = tables.map((row) => {
    const name = rowText(row, 'name')
    return tableOf(name, {
      row,
      parsed: parseTable(rowText(row, 'sql')),
      columns: columns.get(name) ?? [],
      indexes: groupRows(indexes.get(name) ?? [], 'name'),
      references: groupRows(references.get(name) ?? [], 'id'),
      triggers: triggers.get(foldName(name)) ?? [],
      names,
    })
  })
  return {
    tables: new Map(described.map((table) => [table.name, table])),
    others: (await rowsOf(OTHERS)).map((row) => other(row)),
  }
}

/** A table, by its name as SQLite compares it. */
interface NamedKey {
  readonly name: string
  readonly columns: readonly string[]
}

function keyOf(table: DriverRow, columns: ReadonlyMap<string, Rows>): NamedKey {
  const name = rowText(table, 'name')
  return { name, columns: primaryColumns(columns.get(name) ?? []) }
}

/** What is known of one table; indexes by name, foreign keys by number. */
interface Asked {
  readonly row: DriverRow
  readonly parsed: ParsedTable
  readonly columns: Rows
  readonly indexes: ReadonlyMap<string, Rows>
  readonly references: ReadonlyMap<string, Rows>
  readonly triggers: Rows
  readonly names: ReadonlyMap<string, NamedKey>
}

function other(row: DriverRow): OtherObject {
  return {
    kind: rowText(row, 'kind'),
    name: rowText(row, 'name'),
    text: rowText(row, 'sql'),
    isPrerequisite: false,
  }
}

function tableOf(name: string, asked: Asked): TableDescription {
  const { row, parsed } = asked
  const columns = asked.columns.map((column, at) => columnOf(column, parsed.columns[at], asked))
  const indexes = [...asked.indexes].map(([index, rows]) => indexOf(index, rows, columns))
  const references = referencesOf(name, asked)
  const primary = primaryColumns(asked.columns)
  const isStrict = Number(row['is_strict']) === 1
  const options = [...(isStrict ? ['strict'] : []), ...(isWithoutRowid(row) ? ['without rowid'] : [])]
  return {
    name,
    columns,
    primary: primary.length === 0 ? undefined : { name: undefined, columns: primary },
    indexes: indexes.filter((index) => 'columns' in index),
    checks: parsed.checks.map(({ name: check, expression }): CheckDescription => ({
      name: check,
      expression: normalExpression(expression, namesOf(asked)),
      column: undefined,
    })),
    references: references.filter((reference) => 'column' in reference),
    storage: options.join(', '),
    others: [
      ...indexes.filter((index) => 'kind' in index),
      ...references.filter((reference) => 'kind' in reference),
      ...parsed.clauses.map(({ kind, text }): OtherObject => ({
        kind,
        name: text,
        text,
        isPrerequisite: false,
      })),
      ...asked.triggers.map((trigger) => other(trigger)),
    ],
  }
}

function namesOf({ columns }: Asked): string[] {
  return columns.map((row) => rowText(row, 'name'))
}

function primaryColumns(columns: Rows): string[] {
  return columns
    .filter((row) => Number(row['pk']) > 0)
    .sort((a, b) => Number(a['pk']) - Number(b['pk']))
    .map((row) => rowText(row, 'name'))
}

function isWithoutRowid(row: DriverRow): boolean {
  return Number(row['is_without_rowid']) === 1
}

/** Lengths within the names of types hold nothing, and are kept as they are. `int` is `integer`, but for the key that counts by itself. */
function typeOf({ type, collation }: ParsedColumn, isKey: boolean): string {
  const said = type === 'int' && !isKey ? 'integer' : type
  return collation === undefined || collation === 'binary' ? said : `${said} collate ${collation}`
}

const NO_TEXT: ParsedColumn = {
  name: '',
  type: '',
  collation: undefined,
  isAutoincrement: false,
  generated: undefined,
}

function columnOf(row: DriverRow, parsed: ParsedColumn = NO_TEXT, asked: Asked): ColumnDescription {
  const isKey = Number(row['pk']) > 0
  const generated = generatedOf(row, parsed, asked)
  return {
    name: rowText(row, 'name'),
    type: typeOf(parsed, isKey),
    values: undefined,
    isNullable: Number(row['is_required']) === 0 && !(isKey && isNeverNull(parsed, asked)),
    default:
      row['expression'] === null || parsed.generated !== undefined
        ? undefined
        : literalDefault(rowText(row, 'expression')),
    generated,
    attributes: undefined,
  }
}

/** A key takes null, but for one that counts by itself, and in tables of the newer sorts. */
function isNeverNull({ type }: ParsedColumn, { row, columns }: Asked): boolean {
  if (Number(row['is_strict']) === 1 || isWithoutRowid(row)) return true
  return type === 'integer' && primaryColumns(columns).length === 1
}

const STORED = 3

function generatedOf(row: DriverRow, parsed: ParsedColumn, asked: Asked): string | undefined {
  if (parsed.isAutoincrement) return 'autoincrement'
  if (parsed.generated === undefined) return undefined
  const kind = Number(row['hidden']) === STORED ? 'stored' : 'virtual'
  return `generated always as (${normalExpression(parsed.generated, namesOf(asked))}) ${kind}`
}

function indexOf(
  name: string,
  rows: Rows,
  columns: readonly ColumnDescription[],
): IndexDescription | OtherObject {
  const [first] = rows as readonly [DriverRow]
  const isPlain = rows.every((row) => Number(row['partial']) === 0 && hasCollationOf(row, columns))
  const sql = rowText(first, 'sql')
  if (!isPlain)
    return sql === '' ? uniqueConstraint(rows) : { kind: 'index', name, text: sql, isPrerequisite: false }
  return {
    name,
    columns: rows.map((row) => ({
      name: rowText(row, 'column_name'),
      order: Number(row['is_descending']) === 1 ? 'desc' : 'asc',
    })),
    isUnique: Number(first['is_unique']) === 1,
    isConstraint: first['origin'] === 'u',
  }
}

/** A unique constraint that compares otherwise than its columns; the name of its index is a number in the table. */
function uniqueConstraint(rows: Rows): OtherObject {
  const columns = rows.map((row) => {
    const order = Number(row['is_descending']) === 1 ? ' desc' : ''
    return `${quoteName(rowText(row, 'column_name'), '"')} collate ${quoteName(rowText(row, 'collation'), '"')}${order}`
  })
  const text = `unique (${columns.join(', ')})`
  return { kind: 'unique constraint', name: text, text, isPrerequisite: false }
}

/** Whether a column of an index is one of the table, and compared as there. */
function hasCollationOf(row: DriverRow, columns: readonly ColumnDescription[]): boolean {
  const column = columns.find(({ name }) => name === row['column_name'])
  if (column === undefined) return false
  return (/ collate (\S+)$/.exec(column.type)?.[1] ?? 'binary') === rowText(row, 'collation').toLowerCase()
}

/** The pragma numbers them from the last one in the text. */
function referencesOf(
  table: string,
  { references, parsed, names }: Asked,
): (ReferenceDescription | OtherObject)[] {
  const ids = [...references.keys()].sort((a, b) => Number(b) - Number(a))
  return ids.map((id, at) => {
    const rows = references.get(id) ?? []
    return referenceOf(table, { rows, parsed: parsed.references[at], names })
  })
}

interface AskedReference {
  readonly rows: Rows
  readonly parsed: ParsedReference | undefined
  readonly names: Asked['names']
}

function referenceOf(
  table: string,
  { rows, parsed, names }: AskedReference,
): ReferenceDescription | OtherObject {
  const [first] = rows as readonly [DriverRow]
  const to = names.get(foldName(rowText(first, 'to_table')))
  const key = to?.columns[0] ?? ''
  const toColumn = first['to_column'] === null ? key : rowText(first, 'to_column')
  const name = parsed?.name
  const isSayable =
    rows.length === 1 &&
    to?.columns.length === 1 &&
    foldName(key) === foldName(toColumn) &&
    parsed?.isDeferrable !== true
  if (!isSayable)
    return {
      kind: 'foreign key',
      name: name ?? table,
      text: referenceText(rows, parsed),
      isPrerequisite: false,
    }
  return {
    name,
    column: rowText(first, 'column_name'),
    toTable: to.name,
    toColumn: key,
    onDelete: rowText(first, 'on_delete').toLowerCase() as ReferenceAction,
    onUpdate: rowText(first, 'on_update').toLowerCase() as ReferenceAction,
    isValid: true,
  }
}

function referenceText(rows: Rows, parsed: ParsedReference | undefined): string {
  const [first] = rows as readonly [DriverRow]
  const list = (name: string): string => rows.map((row) => quoteName(rowText(row, name), '"')).join(', ')
  const to = first['to_column'] === null ? '' : ` (${list('to_column')})`
  const named = parsed?.name === undefined ? '' : `constraint ${quoteName(parsed.name, '"')} `
  const actions = `on delete ${rowText(first, 'on_delete').toLowerCase()} on update ${rowText(first, 'on_update').toLowerCase()}`
  const deferred = parsed?.isDeferrable === true ? ' deferrable initially deferred' : ''
  return `${named}foreign key (${list('column_name')}) references ${quoteName(rowText(first, 'to_table'), '"')}${to} ${actions}${deferred}`
}

// A database of MySQL or MariaDB, as its catalogue describes it.
import {
  groupRows,
  quoteName,
  rowText,
  stripParentheses,
  type Ask,
  type CheckDescription,
  type ColumnDescription,
  type DatabaseDescription,
  type DriverRow,
  type OtherObject,
  type PrimaryDescription,
  type ReferenceAction,
  type ReferenceDescription,
  type TableDescription,
} from '../adapter/index.ts'
import { attributesOf, bareType, isCompressed } from './column-attributes.ts'
import { enumValues, mariadbDefault, mysqlDefault, mysqlExpression } from './catalogue-literal.ts'
import { indexOf, isPlain, specialIndex } from './describe-indexes.ts'
import { quoteText } from './quote-text.ts'
import { restoreCharacters, showingTables } from './restore-characters.ts'
import { restoreLiterals } from './restore-literals.ts'
import { checksText, COLUMNS, indexesText, OTHERS, REFERENCES, TABLES, TRIGGERS } from './describe-texts.ts'

type Rows = readonly DriverRow[]

/** What is known of one table; indexes and foreign keys by name. */
interface Asked {
  readonly row: DriverRow
  readonly isMariadb: boolean
  readonly columns: Rows
  readonly indexes: ReadonlyMap<string, Rows>
  readonly checks: Rows
  readonly references: ReadonlyMap<string, Rows>
  readonly triggers: Rows
  /** Columns of the primary key of each table. */
  readonly keys: ReadonlyMap<string, readonly string[]>
}

/** Reads the current database. */
export async function describeMysql(ask: Ask): Promise<DatabaseDescription> {
  const rowsOf = async (text: string): Promise<Rows> => (await ask(text, [])).rows
  const show = showingTables(ask)
  const byTable = async (text: string, parts: readonly string[] = []): Promise<(table: string) => Rows> => {
    const rows = await rowsOf(text)
    const whole = isMariadb ? await restoreCharacters(rows, parts, show) : rows
    const groups = groupRows(
      isMariadb && text === COLUMNS ? await restoreLiterals(whole, ask) : whole,
      'table_name',
    )
    return (table) => groups.get(table) ?? []
  }
  const isMariadb = /mariadb/i.test(String((await rowsOf('select version() as version'))[0]?.['version']))
  const tables = (await rowsOf(TABLES)).filter((row) =>
    /BASE TABLE|SYSTEM VERSIONED/.test(rowText(row, 'type')),
  )
  const columns = await byTable(COLUMNS, ['expression', 'generation'])
  const indexes = await byTable(indexesText(isMariadb))
  const checks = await byTable(checksText(isMariadb), ['clause'])
  const references = await byTable(REFERENCES)
  const triggers = await byTable(TRIGGERS)
  const keys = new Map(
    tables.map((row) => [rowText(row, 'name'), primaryColumns(indexes(rowText(row, 'name')))]),
  )
  const described = tables.map((row) => {
    const name = rowText(row, 'name')
    return tableOf(name, {
      row,
      isMariadb,
      columns: columns(name),
      indexes: groupRows(indexes(name), 'name'),
      checks: checks(name),
      references: groupRows(references(name), 'name'),
      triggers: triggers(name),
      keys,
    })
  })
  return {
    tables: new Map(described.map((table) => [table.name, table])),
    others: (await rowsOf(OTHERS)).map(otherOf),
  }
}

function otherOf(row: DriverRow): OtherObject {
  const definition = row['definition'] as string | null
  const name = rowText(row, 'name')
  return {
    kind: rowText(row, 'kind'),
    name,
    text: definition === null ? undefined : `create view ${quoteName(name, '`')} as ${definition}`,
    isPrerequisite: false,
  }
}

function tableOf(name: string, asked: Asked): TableDescription {
  const columns = asked.columns.map((row) => columnOf(row, asked))
  const indexes = [...asked.indexes].filter(([index]) => index !== 'PRIMARY')
  const references = [...asked.references].map(([reference, rows]) =>
    referenceOf(reference, rows, asked.keys),
  )
  return {
    name,
    columns,
    primary: primaryOf(asked.indexes.get('PRIMARY')),
    indexes: indexes.filter(([, rows]) => isPlain(rows)).map(([index, rows]) => indexOf(index, rows)),
    checks: asked.checks.filter((row) => !isOfJson(row, columns)).map((row) => checkOf(row, asked.isMariadb)),
    references: references.filter((one) => 'column' in one),
    storage: storageOf(asked.row),
    others: [
      ...indexes.filter(([, rows]) => !isPlain(rows)).map(([index, rows]) => specialIndex(index, name, rows)),
      ...references.filter((one) => 'kind' in one),
      ...asked.triggers.map((row) => triggerOf(row, name)),
      ...optionsOf(asked.row, name),
    ],
  }
}

function primaryColumns(indexes: Rows): string[] {
  return indexes.filter((row) => row['name'] === 'PRIMARY').map((row) => rowText(row, 'column_name'))
}

function primaryOf(rows: Rows | undefined): PrimaryDescription | undefined {
  return rows === undefined ? undefined : { name: undefined, columns: primaryColumns(rows) }
}

function columnOf(row: DriverRow, { isMariadb, checks }: Asked): ColumnDescription {
  const type = typeOf(row, checks)
  const generated = generatedOf(row, isMariadb)
  const toDefault = isMariadb ? mariadbDefault : mysqlDefault
  const described = toDefault({
    expression: row['expression'] as string | null,
    extra: rowText(row, 'extra'),
    isNumber: /^(?:tiny|small|medium|big)?int|^decimal|^float|^double/.test(type),
  })
  return {
    name: rowText(row, 'name'),
    type,
    values: type.startsWith('enum(') ? enumValues(rowText(row, 'type')) : undefined,
    isNullable: row['nullable'] === 'YES',
    default:
      described === undefined || generated?.startsWith('generated always') === true || isImplied(row)
        ? undefined
        : // Bytes of which no text can be made come as other ones.
          { ...described, value: /^(?:var)?binary|blob/.test(type) ? undefined : described.value },
    generated,
    attributes: attributesOf(row),
  }
}

/** MariaDB gives columns that are required, and compressed or touched by updates, a default that they keep. */
function isImplied(row: DriverRow): boolean {
  if (row['nullable'] === 'YES') return false
  if (isCompressed(row)) return row['expression'] === "''"
  return /on update/i.test(rowText(row, 'extra')) && /^'0000-00-00 [0:.]+'$/.test(rowText(row, 'expression'))
}

/** The width at which integers are shown says nothing of the type; that of `tinyint(1)` is how booleans are known. */
function typeOf(row: DriverRow, checks: Rows): string {
  const shown = bareType(rowText(row, 'type'))
  if (isJson(row, checks)) return 'json'
  const type =
    shown.startsWith('tinyint(1)') || shown.includes('zerofill')
      ? shown
      : shown.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1')
  if (row['collation'] === null) return type
  return `${type} character set ${rowText(row, 'charset')} collate ${rowText(row, 'collation')}`
}

/** MariaDB has JSON as text with a CHECK of its own. */
function isJson(row: DriverRow, checks: Rows): boolean {
  const name = rowText(row, 'name')
  return (
    row['type'] === 'longtext' &&
    row['collation'] === 'utf8mb4_bin' &&
    checks.some((check) => check['level'] === 'Column' && checksJson(check, name))
  )
}

function isOfJson(check: DriverRow, columns: readonly ColumnDescription[]): boolean {
  // Its name is that which the column had before a rename.
  return (
    check['level'] === 'Column' &&
    columns.some(({ name, type }) => type === 'json' && checksJson(check, name))
  )
}

function checksJson(check: DriverRow, column: string): boolean {
  return check['clause'] === `json_valid(${quoteName(column, '`')})`
}

function generatedOf(row: DriverRow, isMariadb: boolean): string | undefined {
  const extra = rowText(row, 'extra').toLowerCase()
  const computed = /\b(stored|virtual|persistent) generated/.exec(extra)
  if (computed !== null) {
    const expression = rowText(row, 'generation')
    const said = isMariadb
      ? stripParentheses(expression, { hasBackslashes: true })
      : mysqlExpression(expression)
    return `generated always as (${said}) ${computed[1] === 'virtual' ? 'virtual' : 'stored'}`
  }
  if (/\bauto_increment\b/.test(extra)) return 'auto_increment'
  return /on update current_timestamp(?:\(\d*\))?/.exec(extra)?.[0]
}

/** One that is written at a column is named as the column. */
function checkOf(row: DriverRow, isMariadb: boolean): CheckDescription {
  const isOfColumn = row['level'] === 'Column'
  const clause = rowText(row, 'clause')
  return {
    name: isOfColumn ? undefined : rowText(row, 'name'),
    expression: isMariadb ? stripParentheses(clause, { hasBackslashes: true }) : mysqlExpression(clause),
    column: isOfColumn ? columnOfCheck(rowText(row, 'name'), clause) : undefined,
  }
}

/** Its name is that which the column had before a rename; its text follows the rename. */
function columnOfCheck(name: string, clause: string): string {
  if (clause.includes(quoteName(name, '`'))) return name
  return /`((?:[^`]|``)*)`/.exec(clause)?.[1]?.replaceAll('``', '`') ?? name
}

/** `no action` and `restrict` are one here, and said as the server pleases where a table says nothing. */
function actionOf(rule: string): ReferenceAction {
  const action = rule.toLowerCase() as ReferenceAction
  return action === 'no action' ? 'restrict' : action
}

/** A reference that a table value could say, or an object that none says. */
function referenceOf(name: string, rows: Rows, keys: Asked['keys']): ReferenceDescription | OtherObject {
  const [first] = rows as readonly [DriverRow]
  const [column, toTable, toColumn] = [
    rowText(first, 'column_name'),
    rowText(first, 'to_table'),
    rowText(first, 'to_column'),
  ]
  const key = keys.get(toTable) ?? []
  if (rows.length > 1 || Number(first['is_here']) === 0 || key.length !== 1 || key[0] !== toColumn)
    return { kind: 'foreign key', name, text: referenceText(name, rows), isPrerequisite: false }
  const [onDelete, onUpdate] = [actionOf(rowText(first, 'on_delete')), actionOf(rowText(first, 'on_update'))]
  return { name, column, toTable, toColumn, onDelete, onUpdate, isValid: true }
}

function referenceText(name: string, rows: Rows): string {
  const [first] = rows as readonly [DriverRow]
  const quote = (part: string): string => quoteName(part, '`')
  const list = (part: string): string => rows.map((row) => quote(rowText(row, part))).join(', ')
  const actions = `on delete ${rowText(first, 'on_delete').toLowerCase()} on update ${rowText(first, 'on_update').toLowerCase()}`
  return `alter table ${quote(rowText(first, 'table_name'))} add constraint ${quote(name)} foreign key (${list('column_name')}) references ${quote(rowText(first, 'to_table'))} (${list('to_column')}) ${actions}`
}

function storageOf(row: DriverRow): string {
  const collation = rowText(row, 'table_collation')
  return `engine=${rowText(row, 'engine')} default character set ${collation.split('_')[0] ?? ''} collate ${collation}`
}

function triggerOf(row: DriverRow, table: string): OtherObject {
  const name = rowText(row, 'name')
  const event = `${rowText(row, 'timing')} ${rowText(row, 'event')}`.toLowerCase()
  return {
    kind: 'trigger',
    name,
    text: `create trigger ${quoteName(name, '`')} ${event} on ${quoteName(table, '`')} for each row ${rowText(row, 'statement')}`,
    isPrerequisite: false,
  }
}

function optionsOf(row: DriverRow, table: string): OtherObject[] {
  const [options, comment] = [rowText(row, 'options'), rowText(row, 'comment')]
  const others = [
    ...(options === '' ? [] : [['table options', options] as const]),
    ...(comment === '' ? [] : [['table comment', `comment = ${quoteText(comment)}`] as const]),
  ]
  return others.map(([kind, text]) => ({ kind, name: table, text, isPrerequisite: false }))
}

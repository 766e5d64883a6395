import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { ConditionColumns, ConditionNode, ConditionValue } from '@keelson/core/conditions'

/** Columns of each kind that has comparisons, and one of JSON. All may be null. */
export const COLUMNS = {
  text: { kind: 'text', nullable: true },
  integer: { kind: 'integer', nullable: true },
  bigint: { kind: 'bigint', nullable: true },
  decimal: { kind: 'decimal', nullable: true },
  boolean: { kind: 'boolean', nullable: true },
  timestamp: { kind: 'timestamp', nullable: true },
  date: { kind: 'date', nullable: true },
  uuid: { kind: 'uuid', nullable: true },
  bytes: { kind: 'bytes', nullable: true },
  json: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
export type Column = keyof typeof COLUMNS

/** A row in canonical values. */
export type Row = Readonly<Record<Column, ConditionValue | null>>

/** A database that can be asked for the rows that a condition selects. */
export interface Store {
  fill(rows: readonly Row[]): Promise<void>
  /** Places of the rows, in ascending order. */
  select(node: ConditionNode): Promise<number[]>
  end(): Promise<void>
}

interface Dialect {
  readonly types: Readonly<Record<Column, string>>
  quote(name: string): string
  place(at: number, column: Column): string
  /** A value as the driver takes it. */
  bind(column: Column, value: ConditionValue): unknown
  startsWith(column: string, put: () => string): string
}

const SIGNS = { is: '=', isNot: '<>', below: '<', atMost: '<=', above: '>', atLeast: '>=' } as const

/** A condition as SQL, as a repository would write it. */
function toSql(node: ConditionNode, dialect: Dialect, values: unknown[]): string {
  const list = (of: readonly ConditionNode[], word: string): string =>
    of.map((one) => `(${toSql(one, dialect, values)})`).join(` ${word} `)
  const put = (name: string, value: ConditionValue): string => {
    values.push(dialect.bind(name as Column, value))
    return dialect.place(values.length, name as Column)
  }
  switch (node.op) {
    case 'always':
      return '1 = 1'
    case 'never':
      return '1 = 0'
    case 'unknown':
      return 'null'
    case 'all':
      return list(node.of, 'and')
    case 'any':
      return list(node.of, 'or')
    case 'not':
      return `not (${toSql(node.of, dialect, values)})`
    case 'isNull':
      return `${dialect.quote(node.column)} is null`
    case 'isIn':
      return `${dialect.quote(node.column)} in (${node.values.map((one) => put(node.column, one)).join(', ')})`
    case 'startsWith':
      return dialect.startsWith(dialect.quote(node.column), () => put(node.column, node.value))
    default:
      return `${dialect.quote(node.column)} ${SIGNS[node.op]} ${put(node.column, node.value)}`
  }
}

const NAMES = Object.keys(COLUMNS) as Column[]

function create(dialect: Dialect): string {
  const columns = NAMES.map((name) => `${dialect.quote(name)} ${dialect.types[name]}`).join(', ')
  return `create temporary table conditions (at integer primary key, ${columns})`
}

function insert(dialect: Dialect): string {
  const places = NAMES.map((name, at) => dialect.place(at + 2, name))
  return `insert into conditions values (${[dialect.place(1, 'integer'), ...places].join(', ')})`
}

function bound(dialect: Dialect, row: Row, at: number): unknown[] {
  return [at, ...NAMES.map((name) => (row[name] === null ? null : dialect.bind(name, row[name])))]
}

function query(node: ConditionNode, dialect: Dialect): { sql: string; values: unknown[] } {
  const values: unknown[] = []
  return { sql: `select at from conditions where ${toSql(node, dialect, values)} order by at`, values }
}

const bytesOf = (value: ConditionValue): Buffer => Buffer.from(String(value), 'base64url')

/** Six places, as an integer: SQLite has no exact decimal. */
function scaled(value: ConditionValue): bigint {
  const [whole = '', fraction = ''] = String(value).split('.')
  return BigInt(`${whole}${fraction.padEnd(6, '0')}`)
}

const SQLITE: Dialect = {
  types: {
    text: 'text',
    integer: 'integer',
    bigint: 'integer',
    decimal: 'integer',
    boolean: 'integer',
    timestamp: 'text',
    date: 'text',
    uuid: 'text',
    bytes: 'blob',
    json: 'text',
  },
  quote: (name) => `"${name}"`,
  place: () => '?',
  bind(column, value) {
    if (column === 'boolean') return Number(value)
    if (column === 'bigint') return BigInt(value)
    if (column === 'decimal') return scaled(value)
    return column === 'bytes' ? bytesOf(value) : value
  },
  startsWith: (column, put) => `substr(${column}, 1, length(${put()})) = ${put()}`,
}

export function openSqlite(): Promise<Store> {
  const database = new DatabaseSync(':memory:')
  database.exec(create(SQLITE))
  return Promise.resolve({
    fill: async (rows) => {
      const statement = database.prepare(insert(SQLITE))
      rows.forEach((row, at) => statement.run(...(bound(SQLITE, row, at) as never[])))
    },
    select: async (node) => {
      const { sql, values } = query(node, SQLITE)
      return database
        .prepare(sql)
        .all(...(values as never[]))
        .map((row) => Number(row['at']))
    },
    end: async () => database.close(),
  })
}

const POSTGRES: Dialect = {
  types: {
    text: 'text collate "C"',
    integer: 'bigint',
    bigint: 'bigint',
    decimal: 'numeric(30, 6)',
    boolean: 'boolean',
    timestamp: 'timestamptz(3)',
    date: 'date',
    uuid: 'uuid',
    bytes: 'bytea',
    json: 'jsonb',
  },
  quote: (name) => `"${name}"`,
  place: (at, column) => `$${at}::${column === 'text' ? 'text' : POSTGRES.types[column]}`,
  bind: (column, value) => (column === 'bytes' ? bytesOf(value) : value),
  startsWith: (column, put) => `starts_with(${column}, ${put()})`,
}

export async function openPostgres(): Promise<Store> {
  const { KEELSON_TEST_POSTGRES: url = 'postgres://postgres@127.0.0.1:5432/test' } = process.env
  const client = new pg.Client(url)
  await client.connect()
  await client.query(create(POSTGRES))
  return {
    fill: async (rows) => {
      for (const [at, row] of rows.entries()) await client.query(insert(POSTGRES), bound(POSTGRES, row, at))
    },
    select: async (node) => {
      const { sql, values } = query(node, POSTGRES)
      const { rows } = await client.query<{ at: number }>(sql, values)
      return rows.map(({ at }) => at)
    },
    end: () => client.end(),
  }
}

const MARIADB: Dialect = {
  types: {
    text: 'varchar(200) character set utf8mb4 collate utf8mb4_nopad_bin',
    integer: 'bigint',
    bigint: 'bigint',
    decimal: 'decimal(30, 6)',
    boolean: 'boolean',
    timestamp: 'datetime(3)',
    date: 'date',
    uuid: 'char(36) character set ascii collate ascii_bin',
    bytes: 'varbinary(200)',
    json: 'longtext',
  },
  quote: (name) => `\`${name}\``,
  // A number is compared with a text as a double.
  place: (_, column) =>
    ({ bigint: 'cast(? as signed)', decimal: 'cast(? as decimal(30, 6))' })[column as string] ?? '?',
  bind(column, value) {
    if (column === 'bytes') return bytesOf(value)
    return column === 'timestamp' ? String(value).replace('T', ' ').replace('Z', '') : value
  },
  startsWith: (column, put) => `left(${column}, char_length(${put()})) = ${put()}`,
}

export async function openMariadb(): Promise<Store> {
  const { KEELSON_TEST_MARIADB: url = 'mysql://root@127.0.0.1:3306/test' } = process.env
  const client = await mysql.createConnection({ uri: url, charset: 'utf8mb4_bin' })
  await client.query(create(MARIADB))
  return {
    fill: async (rows) => {
      for (const [at, row] of rows.entries())
        await client.execute(insert(MARIADB), bound(MARIADB, row, at) as never[])
    },
    select: async (node) => {
      const { sql, values } = query(node, MARIADB)
      const [rows] = await client.execute(sql, values as never[])
      return (rows as { at: number }[]).map(({ at }) => at)
    },
    end: () => client.end(),
  }
}

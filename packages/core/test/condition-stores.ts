import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { ColumnKind, ConditionColumns, ConditionNode, ConditionValue } from '@keelson/core/conditions'

/** Two columns of each kind. All may be null. */
export const COLUMNS = {
  text: { kind: 'text', nullable: true },
  text2: { kind: 'text', nullable: true },
  integer: { kind: 'integer', nullable: true },
  integer2: { kind: 'integer', nullable: true },
  bigint: { kind: 'bigint', nullable: true },
  bigint2: { kind: 'bigint', nullable: true },
  decimal: { kind: 'decimal', nullable: true },
  decimal2: { kind: 'decimal', nullable: true },
  boolean: { kind: 'boolean', nullable: true },
  boolean2: { kind: 'boolean', nullable: true },
  timestamp: { kind: 'timestamp', nullable: true },
  timestamp2: { kind: 'timestamp', nullable: true },
  date: { kind: 'date', nullable: true },
  date2: { kind: 'date', nullable: true },
  uuid: { kind: 'uuid', nullable: true },
  uuid2: { kind: 'uuid', nullable: true },
  bytes: { kind: 'bytes', nullable: true },
  bytes2: { kind: 'bytes', nullable: true },
  json: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
export type Column = keyof typeof COLUMNS

const kindOf = (column: string): ColumnKind => COLUMNS[column as Column].kind

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
  readonly types: Readonly<Record<ColumnKind, string>>
  quote(name: string): string
  place(at: number, kind: ColumnKind): string
  /** A value as the driver takes it. */
  bind(kind: ColumnKind, value: ConditionValue): unknown
  startsWith(column: string, put: () => string): string
  /** An element is a text of JSON, unless `put` is given another value. */
  contains(column: string, element: ConditionValue, put: (value?: ConditionValue) => string): string
}

const SIGNS = { is: '=', isNot: '<>', below: '<', atMost: '<=', above: '>', atLeast: '>=' } as const

/** A condition as SQL, as a repository would write it. */
function toSql(node: ConditionNode, dialect: Dialect, values: unknown[]): string {
  const list = (of: readonly ConditionNode[], word: string): string =>
    of.map((one) => `(${toSql(one, dialect, values)})`).join(` ${word} `)
  const put = (name: string, value: ConditionValue): string => {
    values.push(dialect.bind(kindOf(name), value))
    return dialect.place(values.length, kindOf(name))
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
    case 'contains':
      return dialect.contains(dialect.quote(node.column), node.value, (value = node.value) =>
        put(node.column, value),
      )
    default: {
      const other = 'other' in node ? dialect.quote(node.other) : put(node.column, node.value)
      return `${dialect.quote(node.column)} ${SIGNS[node.op]} ${other}`
    }
  }
}

const NAMES = Object.keys(COLUMNS) as Column[]

function create(dialect: Dialect): string {
  const columns = NAMES.map((name) => `${dialect.quote(name)} ${dialect.types[kindOf(name)]}`).join(', ')
  return `create temporary table conditions (at integer primary key, ${columns})`
}

function insert(dialect: Dialect): string {
  const places = NAMES.map((name, at) => dialect.place(at + 2, kindOf(name)))
  return `insert into conditions values (${[dialect.place(1, 'integer'), ...places].join(', ')})`
}

function bound(dialect: Dialect, row: Row, at: number): unknown[] {
  return [at, ...NAMES.map((name) => (row[name] === null ? null : dialect.bind(kindOf(name), row[name])))]
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
  bind(kind, value) {
    if (kind === 'boolean') return Number(value)
    if (kind === 'bigint') return BigInt(value)
    if (kind === 'decimal') return scaled(value)
    return kind === 'bytes' ? bytesOf(value) : value
  },
  startsWith: (column, put) => `substr(${column}, 1, length(${put()})) = ${put()}`,
  contains(column, element, put) {
    const value = JSON.parse(String(element)) as ConditionValue
    // Its value of true is 1.
    const types = {
      string: `type = 'text'`,
      number: `type in ('integer', 'real')`,
      boolean: `type = '${value}'`,
    }
    const isEqual = typeof value === 'boolean' ? '' : ` and value = ${put(value)}`
    // With the name of its table: json_each has columns of its own, "json" and "value" among them.
    const found = `exists (select 1 from json_each(conditions.${column}) where ${types[typeof value as 'string']}${isEqual})`
    return `iif(${column} is null, null, json_type(${column}) = 'array' and ${found})`
  },
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
  place: (at, kind) => `$${at}::${kind === 'text' ? 'text' : POSTGRES.types[kind]}`,
  bind: (kind, value) => (kind === 'bytes' ? bytesOf(value) : value),
  startsWith: (column, put) => `starts_with(${column}, ${put()})`,
  // In a list: a document that is the value alone contains the value too.
  contains: (column, _, put) => `${column} @> jsonb_build_array(${put()})`,
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

const listed = (text: string): string => `json_normalize(concat('[', ${text}, ']'))`

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
  place: (_, kind) =>
    ({ bigint: 'cast(? as signed)', decimal: 'cast(? as decimal(30, 6))' })[kind as string] ?? '?',
  bind(kind, value) {
    if (kind === 'bytes') return bytesOf(value)
    return kind === 'timestamp' ? String(value).replace('T', ' ').replace('Z', '') : value
  },
  startsWith: (column, put) => `left(${column}, char_length(${put()})) = ${put()}`,
  // Its json_contains looks into arrays within, and takes 0.3 for 0.30000000000000004. It reads beyond a number at the end of a text.
  contains(column, _, put) {
    const elements = `json_table(${column}, '$[*]' columns (element json path '$')) as elements`
    const found = `exists (select 1 from ${elements} where ${listed('element')} = ${listed(put())})`
    return `if(${column} is null, null, json_type(${column}) = 'ARRAY' and ${found})`
  },
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

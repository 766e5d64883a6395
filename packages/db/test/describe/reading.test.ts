// Which kind reads a type: one whose values are right in code, or none.
import { describe, expect, it } from 'vitest'
import type { ColumnDescription, ColumnReading } from '../../src/adapter/index.ts'
import { mysqlReading } from '../../src/mysql/reading-mysql.ts'
import { postgresReading } from '../../src/postgres/reading-postgres.ts'
import { sqliteReading } from '../../src/sqlite/reading-sqlite.ts'

type Read = (column: ColumnDescription) => ColumnReading | undefined
type Expected = Readonly<
  Record<string, readonly [kind: string, limits?: ColumnReading['limits']] | undefined>
>

const column = (type: string, values?: readonly string[]): ColumnDescription => ({
  name: 'a',
  type,
  values,
  isNullable: true,
  default: undefined,
  generated: undefined,
  attributes: undefined,
})

const POSTGRES: Expected = {
  text: ['text'],
  'character varying(254)': ['text', { maxLength: 254 }],
  'text collate "C"': ['text'],
  smallint: ['integer', { bits: 32, minimum: -32_768, maximum: 32_767 }],
  integer: ['integer', { bits: 32 }],
  bigint: ['bigint'],
  'numeric(12,2)': ['decimal', { precision: 12, scale: 2 }],
  'timestamp with time zone': ['timestamp'],
  'timestamp(3) with time zone': ['timestamp'],
  'timestamp without time zone': ['timestamp'],
  'timestamp(3) without time zone': ['timestamp'],
  date: ['date'],
  uuid: ['uuid'],
  bytea: ['bytes'],
  json: ['json'],
  jsonb: ['json'],
  boolean: ['boolean'],
  numeric: undefined,
  'numeric(80,2)': undefined,
  'numeric(2,-3)': undefined,
  'character(3)': undefined,
  money: undefined,
  real: undefined,
  'double precision': undefined,
  'text[]': undefined,
  interval: undefined,
  'time without time zone': undefined,
  email: undefined,
}

const MYSQL: Expected = {
  'varchar(254) character set utf8mb4 collate utf8mb4_bin': ['text', { maxLength: 254 }],
  'longtext character set utf8mb4 collate utf8mb4_bin': ['text'],
  'char(36) character set ascii collate ascii_bin': ['uuid'],
  uuid: ['uuid'],
  'tinyint(1)': ['boolean'],
  tinyint: ['integer', { bits: 32, minimum: -128, maximum: 127 }],
  int: ['integer', { bits: 32 }],
  'int unsigned': ['integer', { bits: 53, minimum: 0, maximum: 4_294_967_295 }],
  'smallint unsigned': ['integer', { bits: 32, minimum: 0, maximum: 65_535 }],
  bigint: ['bigint'],
  'bigint unsigned': ['bigint', { minimum: '0' }],
  'decimal(12,2)': ['decimal', { precision: 12, scale: 2 }],
  'decimal(12,2) unsigned': ['decimal', { precision: 12, scale: 2, minimum: 0 }],
  datetime: ['timestamp'],
  'datetime(6)': ['timestamp'],
  'timestamp(3)': ['timestamp'],
  date: ['date'],
  json: ['json'],
  'varbinary(10)': ['bytes', { maxLength: 10 }],
  'binary(16)': ['bytes', { minLength: 16, maxLength: 16 }],
  blob: ['bytes'],
  'char(2) character set utf8mb4 collate utf8mb4_bin': undefined,
  'int(5) unsigned zerofill': undefined,
  double: undefined,
  float: undefined,
  'bit(1)': undefined,
  time: undefined,
  year: undefined,
  "set('a','b') character set utf8mb4 collate utf8mb4_bin": undefined,
}

const SQLITE: Expected = {
  text: ['text'],
  'varchar(255)': ['text', { maxLength: 255 }],
  integer: ['integer', { bits: 53 }],
  bigint: ['integer', { bits: 53 }],
  blob: ['bytes'],
  boolean: ['boolean'],
  json: ['json'],
  uuid: ['uuid'],
  real: undefined,
  'decimal(10,2)': undefined,
  datetime: undefined,
  any: undefined,
  '': undefined,
}

describe('readings', () => {
  it.each<[string, Read, Expected]>([
    ['PostgreSQL', postgresReading, POSTGRES],
    ['MySQL and MariaDB', mysqlReading, MYSQL],
    ['SQLite', sqliteReading, SQLITE],
  ])('of types of %s are right, or there is not one', (_name, readingOf, expected) => {
    for (const [type, wanted] of Object.entries(expected)) {
      const found = readingOf(column(type))
      expect([type, found && [found.kind, found.limits]]).toEqual([
        type,
        wanted && [wanted[0], wanted[1] ?? {}],
      ])
    }
  })

  it('know what compares without case', () => {
    const isFolded = (read: Read, type: string) => read(column(type))?.isCaseInsensitive
    expect(isFolded(postgresReading, 'citext')).toBe(true)
    expect(isFolded(postgresReading, 'text collate keelson_case_insensitive')).toBe(true)
    expect(isFolded(postgresReading, 'text collate "de_DE"')).toBe(false)
    expect(isFolded(mysqlReading, 'text character set utf8mb4 collate utf8mb4_general_ci')).toBe(true)
    expect(isFolded(sqliteReading, 'text collate nocase')).toBe(true)
  })

  it('give the values of enum types', () => {
    expect(postgresReading(column('mood', ['a', 'b']))).toMatchObject({
      kind: 'text',
      limits: { values: ['a', 'b'] },
    })
    expect(mysqlReading(column("enum('a')", ['a']))).toMatchObject({
      kind: 'text',
      limits: { values: ['a'] },
    })
  })
})

import type { ColumnKind } from '@keelson/core/conditions'
import {
  asAsked,
  BYTES,
  columnCheck,
  columnDefault,
  JSON_TEXT,
  NUMBER_TEXT,
  PLAIN,
  quoteName,
  SAFE_NUMBER,
  ZERO_OR_ONE,
  type BeginOptions,
  type CheckWords,
  type Codec,
  type DefaultWords,
  type Dialect,
} from '../adapter/index.ts'
import type { ColumnFacts } from '../table/index.ts'
import { jsonContainsOnMariadb, jsonEqualsOnMariadb } from './mariadb-json.ts'
import type { MysqlSystem } from './mysql-system.ts'
import { quoteText } from './quote-text.ts'

/** Characters of the longest text that an index takes: 3,072 bytes, 4 each. A longer one is not in the row. */
const MOST_INDEXED = 768

/**
 * Bytes of a value by which rows are ordered, the rest being ignored: those of the longest `blob` with its length, of the longest
 * `text`, whose characters have 3 each, or of 768 without case. To sort by them takes {@link SORT_MEMORY}.
 */
export const SORT_BYTES = 65_544
/** What MariaDB has by default, and MySQL not. */
export const SORT_MEMORY = 2_097_152

/** By bytes, without the blanks that other collations add; and without case, but with accents. */
const COLLATIONS = {
  mysql: { binary: 'utf8mb4_0900_bin', caseInsensitive: 'utf8mb4_0900_as_ci' },
  mariadb: { binary: 'utf8mb4_nopad_bin', caseInsensitive: 'uca1400_nopad_as_ci' },
} as const

/** Places after the point that a decimal may have. */
const MOST_PLACES: Readonly<Record<MysqlSystem, number>> = { mysql: 30, mariadb: 38 }

const TYPES: Readonly<Record<ColumnKind, string>> = {
  text: 'longtext',
  integer: 'int',
  bigint: 'bigint',
  decimal: 'decimal',
  boolean: 'boolean',
  timestamp: 'datetime(3)',
  date: 'date',
  // The uuid of MariaDB has an order of its own.
  uuid: 'char(36) character set ascii collate ascii_bin',
  bytes: 'longblob',
  json: 'json',
}

const CHECKS: CheckWords = {
  quote,
  textLiteral: quoteText,
  charLength: 'char_length',
  byteLength: 'octet_length',
  numberLiteral: String,
  impliedBounds: ({ kind, limits }) =>
    kind === 'integer' && limits.bits !== 32
      ? [String(Number.MIN_SAFE_INTEGER), String(Number.MAX_SAFE_INTEGER)]
      : undefined,
  further: ({ kind }, quoted) => (kind === 'boolean' ? [`${quoted} in (0, 1)`] : []),
}

const DEFAULT_WORDS: DefaultWords = {
  codecOf,
  textLiteral: CHECKS.textLiteral,
  bytesLiteral: (hex) => `x'${hex}'`,
  now: '(utc_timestamp(3))',
  // MySQL takes no literal for what is not in the row.
  wrap: (text, { kind }) => (kind === 'text' || kind === 'bytes' || kind === 'json' ? `(${text})` : text),
}

/** Texts without zone, those of the session being in UTC. */
const INSTANT: Codec = {
  encode: (value) => (value as string).replace('T', ' ').replace('Z', ''),
  decode: toInstant,
}

/** mysql2 omits the fraction of a whole second, where it reads a prepared statement. */
function toInstant(value: unknown): string {
  const text = value as string
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, 23).padEnd(3, '0')}Z`
}

/** The collation of the session and of tables. */
export function binaryCollation(system: MysqlSystem): string {
  return COLLATIONS[system].binary
}

/** The dialect of MySQL or of MariaDB. */
export function mysqlDialect(system: MysqlSystem): Dialect {
  const isMariadb = system === 'mariadb'
  return Object.freeze({
    system,
    maxParameters: 65_535,
    // The least `max_allowed_packet` that a server has by default is 4 MiB.
    maxStatementBytes: 4_000_000,
    maxIndexBytes: 3072,
    has: Object.freeze({
      // They read the whole index.
      rowValues: false,
      nullsClause: false,
      transactionalDdl: false,
      onConflict: false,
      returning: false,
      forUpdate: true,
    }),
    quote,
    placeholder: () => '?',
    columnType: (column) => columnType(column, system),
    // Neither of them takes a CHECK over a column that it numbers.
    checkOf: (column) => (column.made === 'identity' ? undefined : columnCheck(column, CHECKS)),
    defaultOf: (column) => columnDefault(column, DEFAULT_WORDS),
    identity: 'auto_increment',
    codecOf: (column) => asAsked(column, codecOf(column)),
    comparedAs: (column, _other, name) => comparedAs(column, name, system),
    jsonEquals: isMariadb
      ? jsonEqualsOnMariadb
      : (column, placeholder) => `${column} = cast(${placeholder} as json)`,
    jsonContains: isMariadb ? jsonContainsOnMariadb : containsByMember,
    columnLists: undefined,
    tableSuffix: `engine=InnoDB default character set utf8mb4 collate ${COLLATIONS[system].binary}`,
    columnProblems: (column) => columnProblems(column, system),
    orderProblem,
    prerequisites: () => [],
    begin,
  } satisfies Dialect)
}

/** A document that is a value alone is a list of it to `member of`. */
function containsByMember(column: string, placeholder: string): string {
  return `(json_type(${column}) = 'ARRAY' and cast(${placeholder} as json) member of (${column}))`
}

/** A type of its own may have another collation, an order of its own, or more than the milliseconds that are read. */
function comparedAs(column: ColumnFacts, name: string, system: MysqlSystem): string {
  const { kind, sqlType } = column
  if (sqlType === undefined) return name
  if (kind === 'uuid') return `cast(${name} as char(36))`
  if (kind === 'timestamp' && /\([4-6]\)/.test(sqlType))
    return `(${name} - interval (microsecond(${name}) % 1000) microsecond)`
  return kind === 'text' ? `convert(${name} using utf8mb4) collate ${collationOf(column, system)}` : name
}

/** Without its own isolation a transaction has that of the session: read committed. */
function begin({ isolation, readOnly }: BeginOptions): string[] {
  return [
    ...(isolation === undefined ? [] : [`set transaction isolation level ${isolation}`]),
    readOnly ? 'start transaction read only' : 'start transaction',
  ]
}

function quote(name: string): string {
  return quoteName(name, '`')
}

function columnType(column: ColumnFacts, system: MysqlSystem): string {
  const { kind, limits } = column
  switch (kind) {
    case 'text':
      return `${textType(column)} character set utf8mb4 collate ${collationOf(column, system)}`
    case 'bytes':
      return bytesType(limits.maxLength)
    case 'integer':
      return limits.bits === 32 ? 'int' : 'bigint'
    case 'decimal':
      return `decimal(${limits.precision}, ${limits.scale ?? 0})`
    default:
      return TYPES[kind]
  }
}

function collationOf({ isCaseInsensitive }: ColumnFacts, system: MysqlSystem): string {
  return isCaseInsensitive ? COLLATIONS[system].caseInsensitive : COLLATIONS[system].binary
}

/** All varchars of a row share 65,535 bytes, so a long text is not one. */
function textType({ limits: { maxLength, values } }: ColumnFacts): string {
  const most = maxLength ?? (values === undefined ? undefined : longestOf(values))
  if (most === undefined || most * 4 > 16_777_215) return 'longtext'
  if (most <= MOST_INDEXED) return `varchar(${Math.max(most, 1)})`
  return most * 4 <= 65_535 ? 'text' : 'mediumtext'
}

function orderProblem({ kind, limits, isCaseInsensitive }: ColumnFacts): string | undefined {
  const most = limits.values === undefined ? limits.maxLength : longestOf(limits.values)
  const sorted = orderedLength(kind, isCaseInsensitive)
  if (sorted === undefined || (most !== undefined && most <= sorted)) return undefined
  return `may be longer than the ${sorted} ${kind === 'text' ? 'characters' : 'bytes'} by which MySQL and MariaDB order: give it a maxLength, or order by another`
}

function orderedLength(kind: ColumnKind, isCaseInsensitive: boolean): number | undefined {
  if (kind === 'bytes') return 65_535
  if (kind !== 'text') return undefined
  return isCaseInsensitive ? MOST_INDEXED : 16_383
}

function longestOf(values: readonly string[]): number {
  return Math.max(...values.map((value) => Array.from(value).length))
}

function bytesType(most: number | undefined): string {
  if (most === undefined || most > 16_777_215) return 'longblob'
  if (most <= MOST_INDEXED * 4) return `varbinary(${Math.max(most, 1)})`
  return most <= 65_535 ? 'blob' : 'mediumblob'
}

function columnProblems(column: ColumnFacts, system: MysqlSystem): string[] {
  const { kind, name, limits } = column
  const { scale = 0 } = limits
  if (hasOtherValues(column))
    return [`The column ${name} takes other values than its type: ${column.sqlType}. Say the same in both.`]
  const most = MOST_PLACES[system]
  if (kind !== 'decimal' || scale <= most) return []
  const title = system === 'mysql' ? 'MySQL' : 'MariaDB'
  return [
    `The column ${name} has ${scale} digits after the point; a decimal has at most ${most} on ${title}.`,
  ]
}

/** Whether an enum that the column says as its type has values that code does not take, or lacks one. */
function hasOtherValues({ sqlType = '', limits: { values } }: ColumnFacts): boolean {
  const list = /^\s*enum\s*\((.*)\)/is.exec(sqlType)?.[1]
  if (list === undefined || values === undefined || list.includes('\\')) return false
  const there = [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"))
  return there.toSorted().join('\0') !== values.toSorted().join('\0')
}

function codecOf({ kind, limits }: ColumnFacts): Codec {
  switch (kind) {
    case 'integer':
      return limits.bits === 32 ? PLAIN : SAFE_NUMBER
    case 'bigint':
      return { ...NUMBER_TEXT, encode: (value) => BigInt(value as string) }
    case 'boolean':
      return ZERO_OR_ONE
    case 'timestamp':
      return INSTANT
    case 'bytes':
      return BYTES
    case 'json':
      return JSON_TEXT
    default:
      return PLAIN
  }
}

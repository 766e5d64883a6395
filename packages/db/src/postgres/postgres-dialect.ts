import { Buffer } from 'node:buffer'
import type { ColumnKind } from '@keelson/core/conditions'
import {
  asAsked,
  columnCheck,
  columnDefault,
  NUMBER_TEXT,
  PLAIN,
  quoteName,
  SAFE_NUMBER,
  textLiteral,
  type BeginOptions,
  type CheckWords,
  type Codec,
  type DefaultWords,
  type Dialect,
} from '../adapter/index.ts'
import type { ColumnFacts } from '../table/index.ts'
import { ARRAYS } from './column-lists.ts'
import { instantInUtc } from './value-parsers.ts'

/** Compares without case, and all else as it is. ICU is in every usual build of the server. */
const CASE_INSENSITIVE = 'keelson_case_insensitive'

const TYPES: Readonly<Record<ColumnKind, string>> = {
  text: 'text collate "C"',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  boolean: 'boolean',
  timestamp: 'timestamptz(3)',
  date: 'date',
  uuid: 'uuid',
  bytes: 'bytea',
  json: 'jsonb',
}

const CHECKS: CheckWords = {
  quote,
  textLiteral: escapedLiteral,
  charLength: 'char_length',
  byteLength: 'octet_length',
  numberLiteral: String,
  impliedBounds: ({ kind, limits }) =>
    kind === 'integer' && limits.bits !== 32
      ? [String(Number.MIN_SAFE_INTEGER), String(Number.MAX_SAFE_INTEGER)]
      : undefined,
  further: ({ kind }, quoted) => (kind === 'timestamp' || kind === 'date' ? [`isfinite(${quoted})`] : []),
}

/** Types of texts that PostgreSQL has. */
const TEXT_TYPES = /^\s*(?:text|varchar|character|char|bpchar|citext|name)\b/i

const DEFAULT_WORDS: DefaultWords = {
  codecOf,
  textLiteral: escapedLiteral,
  bytesLiteral: (hex) => `'\\x${hex}'`,
  now: 'now()',
}

/** The encoders that pg needs; what it gives is parsed by type already. */
const BYTES: Codec = { encode: (value) => Buffer.from(value as string, 'base64url'), decode: undefined }
/** The zone that a value says is not looked at where the column has none. */
const INSTANT: Codec = { encode: undefined, decode: (value) => instantInUtc(value as string) }
const JSON_VALUE: Codec = { encode: (value) => JSON.stringify(value), decode: undefined }

/** In what servers differ. */
export interface PostgresDialectOptions {
  /** What BEGIN says besides its options: limits for each transaction, where a session cannot have them: behind a pooler of transactions. */
  readonly limits: readonly string[]
  /** How ICU is asked to compare without case; PGlite, which is without its data, knows the older form alone. */
  readonly caseInsensitiveLocale: string
}

const DEFAULTS: PostgresDialectOptions = { limits: [], caseInsensitiveLocale: 'und-u-ks-level2' }

/** The dialect of PostgreSQL, which PGlite speaks too. */
export function postgresDialect(options: Partial<PostgresDialectOptions> = {}): Dialect {
  const { limits, caseInsensitiveLocale } = { ...DEFAULTS, ...options }
  return Object.freeze({
    system: 'postgresql',
    maxParameters: 65_535,
    maxStatementBytes: undefined,
    // A third of a page, 2,704, with 16 of the row: 8, and 8 more where a column is null.
    maxIndexBytes: 2688,
    // The length, and what it takes to begin at a multiple of four.
    indexColumnBytes: 7,
    has: Object.freeze({
      rowValues: true,
      nullsClause: true,
      transactionalDdl: true,
      onConflict: true,
      forUpdate: true,
    }),
    quote,
    placeholder: (at) => `$${at}`,
    columnType,
    checkOf: (column) => columnCheck(column, CHECKS),
    defaultOf: (column) => columnDefault(column, DEFAULT_WORDS),
    codecOf: (column) => asAsked(column, codecOf(column)),
    comparedAs,
    jsonEquals: (column, placeholder) => `${column} = ${placeholder}::jsonb`,
    // In an array: a document that is a value alone contains this value, too.
    jsonContains: (column, placeholder) => `${column} @> jsonb_build_array(${placeholder}::jsonb)`,
    columnLists: ARRAYS,
    tableSuffix: '',
    columnProblems,
    orderProblem: () => undefined,
    prerequisites: (columns) => prerequisites(columns, caseInsensitiveLocale),
    begin: (asked) => [[beginOf(asked), ...limits].join('; ')],
  } satisfies Dialect)
}

/** Always said: the server may have another default. */
function beginOf({ isolation = 'read committed', isReadOnly }: BeginOptions): string {
  return `begin isolation level ${isolation}${isReadOnly ? ' read only' : ''}`
}

function quote(name: string): string {
  return quoteName(name, '"')
}

/** One that means the same whatever `standard_conforming_strings` says. */
function escapedLiteral(text: string): string {
  return text.includes('\\') ? `E${textLiteral(text.replaceAll('\\', '\\\\'))}` : textLiteral(text)
}

function columnType({ kind, limits, isCaseInsensitive }: ColumnFacts): string {
  if (isCaseInsensitive) return `text collate ${quote(CASE_INSENSITIVE)}`
  if (kind === 'integer' && limits.bits !== 32) return 'bigint'
  if (kind === 'decimal') return `numeric(${limits.precision}, ${limits.scale ?? 0})`
  return TYPES[kind]
}

/** Instants that have more than milliseconds, of which none is said. */
const FINER = /^\s*timestamp(?!.*\([0-3]\))/i

/** `char(n)`, which is not `"char"`. */
const PADDED = /^\s*(?:(?:national\s+)?char(?:acter)?(?!\s+varying)|nchar(?!\s+varying)|bpchar)\b/i

/** A value would be another after it was written, and equal to texts that it is not in code. */
function columnProblems({ kind, name, sqlType = '' }: ColumnFacts): string[] {
  if (kind !== 'text' || !PADDED.test(sqlType)) return []
  return [
    `The column ${name} has the type ${sqlType}, which PostgreSQL fills with blanks that nobody wrote. Make it a varchar or text.`,
  ]
}

/** Texts of two collations are not compared, nor are two enums; instants are by what is read of them. */
function comparedAs({ kind, name, sqlType, isCaseInsensitive }: ColumnFacts): string {
  if (kind === 'timestamp' && sqlType !== undefined && FINER.test(sqlType))
    return `date_trunc('milliseconds', ${quote(name)})`
  const isCast = kind === 'text' ? !isCaseInsensitive : kind === 'uuid' || kind === 'json'
  return isCast && sqlType !== undefined ? `${quote(name)}::${TYPES[kind]}` : quote(name)
}

function prerequisites(columns: readonly ColumnFacts[], locale: string): string[] {
  const enums = new Map(columns.flatMap(enumOf))
  return [
    ...(columns.some(({ isCaseInsensitive, sqlType }) => isCaseInsensitive && sqlType === undefined)
      ? [ifMissing(collationText(locale))]
      : []),
    ...[...enums].map(([type, values]) => ifMissing(`create type ${type} as enum (${values})`)),
  ]
}

/** What `create … if not exists` would do, and still fails at where two connections run it at once. */
function ifMissing(text: string): string {
  return `do $$ begin ${text}; exception when unique_violation or duplicate_object then null; end $$`
}

/** The type of a column that lists its values, but for the types of texts that every database has. */
function enumOf({ sqlType, limits }: ColumnFacts): [type: string, values: string][] {
  if (sqlType === undefined || limits.values === undefined || TEXT_TYPES.test(sqlType)) return []
  return [[sqlType, limits.values.map(escapedLiteral).join(', ')]]
}

function collationText(locale: string): string {
  return `create collation if not exists ${quote(CASE_INSENSITIVE)} (provider = icu, locale = '${locale}', deterministic = false)`
}

/** A column that refers to a key of fewer or more bits has a type of its own. */
function codecOf({ kind, limits, sqlType }: ColumnFacts): Codec {
  if (kind === 'integer') return limits.bits === 32 && sqlType === undefined ? PLAIN : SAFE_NUMBER
  if (kind === 'bigint' && sqlType !== undefined) return NUMBER_TEXT
  if (kind === 'timestamp' && sqlType !== undefined) return INSTANT
  if (kind === 'bytes') return BYTES
  return kind === 'json' ? JSON_VALUE : PLAIN
}

import type { ColumnKind } from '@keelson/core/conditions'
import {
  asAsked,
  BYTES,
  columnCheck,
  columnDefault,
  JSON_TEXT,
  PLAIN,
  quoteName,
  textLiteral,
  ZERO_OR_ONE,
  type CheckWords,
  type Codec,
  type DefaultWords,
  type Dialect,
} from '../adapter/index.ts'
import type { ColumnFacts, ColumnLimits } from '../table/index.ts'
import { CONTAINS_FUNCTION } from './json-contains.ts'
import { JSON_FUNCTION } from './sorted-json.ts'
import { scaledDecimal, toScaled } from './scaled-decimal.ts'
import { SHAPES } from './shapes.ts'

/** Digits that an integer of 64 bits always holds. */
const MOST_DIGITS = 18

const TYPES: Readonly<Record<ColumnKind, string>> = {
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
}

const CHECKS: CheckWords = {
  quote,
  textLiteral,
  charLength: 'length',
  byteLength: 'length',
  numberLiteral: (value, column) =>
    column.kind === 'decimal' ? String(toScaled(value, column)) : String(value),
  impliedBounds,
  further: furtherChecks,
}

const DEFAULT_WORDS: DefaultWords = {
  codecOf,
  textLiteral,
  bytesLiteral: (hex) => `x'${hex}'`,
  now: "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
}

/** Tables are strict, so that no column takes a value of another type. */
export const SQLITE_DIALECT: Dialect = Object.freeze({
  system: 'sqlite',
  maxParameters: 32_766,
  maxStatementBytes: undefined,
  maxIndexBytes: undefined,
  has: Object.freeze({
    rowValues: true,
    nullsClause: false,
    transactionalDdl: true,
    onConflict: true,
    returning: true,
    forUpdate: false,
  }),
  quote,
  // Numbered ones are names to node:sqlite.
  placeholder: () => '?',
  // NOCASE knows the letters of ASCII alone.
  columnType: ({ kind, isCaseInsensitive }) => `${TYPES[kind]}${isCaseInsensitive ? ' collate nocase' : ''}`,
  checkOf: (column) => columnCheck(column, CHECKS),
  defaultOf: (column) => columnDefault(column, DEFAULT_WORDS),
  identity: 'autoincrement',
  codecOf: (column) => asAsked(column, codecOf(column)),
  comparedAs,
  jsonContains: (column, placeholder) => `${CONTAINS_FUNCTION}(${column}, ${placeholder})`,
  jsonEquals: (column, placeholder) => `${JSON_FUNCTION}(${column}) = ${JSON_FUNCTION}(${placeholder})`,
  columnLists: undefined,
  tableSuffix: 'strict',
  columnProblems,
  orderProblem: () => undefined,
  prerequisites: () => [],
  // A transaction that takes the lock of the writer at its first change may be refused then, in the middle.
  begin: ({ readOnly }) => [readOnly ? 'begin' : 'begin immediate'],
} satisfies Dialect)

function quote(name: string): string {
  return quoteName(name, '"')
}

/** Decimals are integers, each scaled by its own places. Where it overflows it becomes a number that is larger still than any other. */
function comparedAs(
  { kind, limits, sqlType, isCaseInsensitive }: ColumnFacts,
  other: ColumnFacts,
  name: string,
): string {
  const missing = (other.limits.scale ?? 0) - (limits.scale ?? 0)
  if (kind === 'decimal' && missing > 0) return `${name} * ${10 ** missing}`
  if (kind !== 'text' || sqlType === undefined) return name
  return `${name} collate ${isCaseInsensitive ? 'nocase' : 'binary'}`
}

function codecOf(column: ColumnFacts): Codec {
  switch (column.kind) {
    case 'bigint':
      return { encode: (value) => BigInt(value as string), decode: toDigits }
    case 'decimal':
      return scaledDecimal(column)
    case 'boolean':
      return ZERO_OR_ONE
    case 'bytes':
      return BYTES
    case 'json':
      return JSON_TEXT
    default:
      return PLAIN
  }
}

/** node:sqlite gives the least integer of 64 bits as a number, which is exact, though its text is rounded. */
function toDigits(value: unknown): string {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? String(BigInt(value)) : String(value)
}

function impliedBounds({ kind, limits }: ColumnFacts): readonly [string, string] | undefined {
  if (kind === 'integer' && limits.bits === 32) return ['-2147483648', '2147483647']
  return kind === 'integer' ? [String(Number.MIN_SAFE_INTEGER), String(Number.MAX_SAFE_INTEGER)] : undefined
}

/** `"total" / 100 between -999 and 999`: nothing else in the database tells by how much the integer is scaled. */
function scaledCheck({ precision = MOST_DIGITS, scale = 0 }: ColumnLimits, quoted: string): string {
  const most = '9'.repeat(precision - scale) || '0'
  return `${quoted} / ${10 ** scale} between -${most} and ${most}`
}

function furtherChecks({ kind, limits }: ColumnFacts, quoted: string): string[] {
  if (kind === 'decimal') return [scaledCheck(limits, quoted)]
  if (kind === 'boolean') return [`${quoted} in (0, 1)`]
  if (kind === 'json') return [`json_valid(${quoted})`]
  const shape = SHAPES[kind]
  return shape === undefined ? [] : [`${quoted} glob '${shape}'`]
}

function columnProblems({ kind, name, limits }: ColumnFacts): string[] {
  const { precision = 0 } = limits
  if (kind !== 'decimal' || precision <= MOST_DIGITS) return []
  return [
    `The column ${name} has ${precision} digits; a decimal has at most ${MOST_DIGITS} on SQLite, which keeps it as an integer.`,
  ]
}

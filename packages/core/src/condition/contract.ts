import type { ValueOf } from './term-contract.ts'

/**
 * The kind of a column says what it holds and how its values are compared:
 *
 * | kind | value | compared |
 * | --- | --- | --- |
 * | `text` | well-formed text without NUL | by code points; case, accents and trailing blanks count (unless `caseInsensitive`) |
 * | `integer` | safe integer | as a number |
 * | `bigint` | bigint of 64 bits, or its text | as a number |
 * | `decimal` | text: `'-12.50'` | as a number: `'1.10'` is `'1.1'` |
 * | `boolean` | boolean | for equality |
 * | `timestamp` | `Date`, or ISO 8601 text with `Z` or offset, whole ms | as an instant |
 * | `date` | text, `'2026-11-29'` | as a day |
 * | `uuid` | text with hyphens, in any case | as its text in lower case |
 * | `bytes` | `Uint8Array`, or its base64url text | byte by byte, unsigned |
 * | `json` | JSON value | for equality, whatever the order of members; an array by what it contains |
 */
export type ColumnKind =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'uuid'
  | 'bytes'
  | 'json'

/** The description of a column, as data. */
export interface ConditionColumn {
  readonly kind: ColumnKind
  /** Whether it may be null. Default `false`. */
  readonly nullable?: boolean
  /**
   * Whether letters of a text are equal in both cases, and the order of texts is that of languages, accents counting; the database
   * must be told the same. Default `false`.
   */
  readonly caseInsensitive?: boolean
  /** Type of its values, for the compiler only: a column may accept less than its kind. */
  readonly '~type'?: unknown
}

/** Columns by name; a table has such an object. */
export interface ConditionColumns {
  readonly [name: string]: ConditionColumn
}

/** A canonical value in a condition, which JSON can hold. Bytes are base64url, JSON is its text with sorted members. */
export type ConditionValue = string | number | boolean

/** How a column is compared with one value, or with another column. */
export type ColumnComparison = 'is' | 'isNot' | 'below' | 'atMost' | 'above' | 'atLeast'

/** How a column is compared with one value. */
export type Comparison = ColumnComparison | 'startsWith' | 'contains'

/** A condition as data, for code that translates it. A list in `of` has at least two members; none is `always` or `never`. */
export type ConditionNode =
  | { readonly op: 'always' }
  | { readonly op: 'never' }
  /** Like a comparison with null: it does not hold, and neither does its `not`. */
  | { readonly op: 'unknown' }
  | { readonly op: 'all' | 'any'; readonly of: readonly ConditionNode[] }
  | { readonly op: 'not'; readonly of: ConditionNode }
  | { readonly op: ColumnComparison; readonly column: string; readonly value: ConditionValue }
  | { readonly op: 'startsWith'; readonly column: string; readonly value: ConditionValue }
  /** The value is the text of an element of JSON. */
  | { readonly op: 'contains'; readonly column: string; readonly value: ConditionValue }
  /** With another column of the same kind. */
  | { readonly op: ColumnComparison; readonly column: string; readonly other: string }
  | { readonly op: 'isIn'; readonly column: string; readonly values: readonly ConditionValue[] }
  | { readonly op: 'isNull'; readonly column: string }

/**
 * A condition over the columns of a record: a frozen tree, made by {@link conditionsOn}, {@link any}, {@link all} and
 * {@link not}, or read by {@link parseCondition}. No other object of that shape is a condition.
 */
export type Condition<TColumns = unknown> = ConditionNode & {
  /** For the compiler only: whose columns it names. */
  readonly '~columns'?: (columns: TColumns) => void
}

/** Values that columns must have, null where they must have none. What it omits may be anything; `undefined` is an error. */
export type Equalities<TColumns extends ConditionColumns> = {
  readonly [K in keyof TColumns]?: ValueOf<TColumns[K]> | null
}

/**
 * What selects records: equalities, a condition, or a list of these, all of which must hold. {@link toCondition} makes one condition
 * of it.
 *
 * @example
 * const columns = { status: { kind: 'text' }, customerId: { kind: 'uuid' } } as const
 * const visible = conditionsOn(columns).customerId.is('0190163d-8694-739b-aea5-966c26f8ad91')
 * const where: Where<typeof columns> = [visible, { status: 'open' }]
 */
export type Where<TColumns extends ConditionColumns> =
  | Equalities<TColumns>
  | Condition<TColumns>
  | readonly Where<TColumns>[]

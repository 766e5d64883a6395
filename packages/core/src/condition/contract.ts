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
 * | `json` | JSON value | for equality, whatever the order of members |
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

/** How a column is compared with one value. */
export type Comparison = 'is' | 'isNot' | 'below' | 'atMost' | 'above' | 'atLeast' | 'startsWith'

/** A condition as data, for code that translates it. A list in `of` has at least two members; none is `always` or `never`. */
export type ConditionNode =
  | { readonly op: 'always' }
  | { readonly op: 'never' }
  /** Like a comparison with null: it does not hold, and neither does its `not`. */
  | { readonly op: 'unknown' }
  | { readonly op: 'all' | 'any'; readonly of: readonly ConditionNode[] }
  | { readonly op: 'not'; readonly of: ConditionNode }
  | { readonly op: Comparison; readonly column: string; readonly value: ConditionValue }
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

interface KindValues {
  readonly text: string
  readonly integer: number
  readonly bigint: bigint | string
  readonly decimal: string
  readonly boolean: boolean
  readonly timestamp: Date | string
  readonly date: string
  readonly uuid: string
  readonly bytes: Uint8Array | string
  readonly json: unknown
}

/** Type of the values of a column, null not included. */
type ValueOf<TColumn extends ConditionColumn> = TColumn extends { readonly '~type': infer T }
  ? T extends unknown
    ? NonNullable<T>
    : never
  : KindValues[TColumn['kind']]

/** The comparisons of a column of any kind. */
export interface NullTerm<TColumns> {
  /** Whether there is no value. */
  isNull(): Condition<TColumns>
}

/** The comparisons of a column whose values are equal or not. With null each answer is unknown, that of `isNot` too. */
export interface EqualTerm<TValue, TColumns> extends NullTerm<TColumns> {
  is(value: TValue): Condition<TColumns>
  isNot(value: TValue): Condition<TColumns>
  /** Whether it is one of these; never for an empty list. */
  isIn(values: readonly TValue[]): Condition<TColumns>
}

/** The comparisons of a column whose values have an order. */
export interface OrderTerm<TValue, TColumns> extends EqualTerm<TValue, TColumns> {
  below(value: TValue): Condition<TColumns>
  atMost(value: TValue): Condition<TColumns>
  above(value: TValue): Condition<TColumns>
  atLeast(value: TValue): Condition<TColumns>
}

/** The comparisons of a text. */
export interface TextTerm<TValue, TColumns> extends OrderTerm<TValue, TColumns> {
  /** Whether it begins with this, code point by code point; without case, whether its first ones are equal to it. */
  startsWith(prefix: string): Condition<TColumns>
}

type TermOf<TColumn extends ConditionColumn, TColumns> = TColumn['kind'] extends 'json' | 'boolean'
  ? EqualTerm<ValueOf<TColumn>, TColumns>
  : TColumn['kind'] extends 'text'
    ? TextTerm<ValueOf<TColumn>, TColumns>
    : OrderTerm<ValueOf<TColumn>, TColumns>

/** Columns by name, each with its comparisons. */
export type ConditionTerms<TColumns extends ConditionColumns> = {
  readonly [K in keyof TColumns]: TermOf<TColumns[K], TColumns>
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

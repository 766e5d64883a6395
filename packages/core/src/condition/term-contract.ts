import type { ColumnKind, Condition, ConditionColumn, ConditionColumns } from './contract.ts'

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
export type ValueOf<TColumn extends ConditionColumn> = TColumn extends { readonly '~type': infer T }
  ? T extends unknown
    ? NonNullable<T>
    : never
  : KindValues[TColumn['kind']]

/** The comparisons of a column of any kind. It may stand where another column of its kind takes a value. */
export interface ColumnTerm<TKind extends ColumnKind, TColumns> {
  /** Whether there is no value. */
  isNull(): Condition<TColumns>
  /** For the compiler only: with which columns it can be compared. */
  readonly '~kind'?: TKind
}

/**
 * The comparisons of a column whose values are equal or not, with a value or with another column of its kind. With null each answer is
 * unknown, that of `isNot` too.
 */
export interface EqualTerm<TValue, TKind extends ColumnKind, TColumns> extends ColumnTerm<TKind, TColumns> {
  is(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
  isNot(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
  /** Whether it is one of these; never for an empty list. */
  isIn(values: readonly TValue[]): Condition<TColumns>
}

/** The comparisons of a column whose values have an order. */
export interface OrderTerm<TValue, TKind extends ColumnKind, TColumns> extends EqualTerm<
  TValue,
  TKind,
  TColumns
> {
  below(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
  atMost(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
  above(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
  atLeast(value: TValue | ColumnTerm<TKind, TColumns>): Condition<TColumns>
}

/** The comparisons of a text. */
export interface TextTerm<TValue, TColumns> extends OrderTerm<TValue, 'text', TColumns> {
  /** Whether it begins with this, code point by code point; without case, whether its first ones are equal to it. */
  startsWith(prefix: string): Condition<TColumns>
}

/** The comparisons of a JSON document. */
export interface JsonTerm<TValue, TColumns> extends EqualTerm<TValue, 'json', TColumns> {
  /** Whether it is an array that has this as an element, not within another one. Texts count with their case. */
  contains(value: ElementOf<TValue>): Condition<TColumns>
}

/** What an array of JSON can be asked for. An integer must be safe. */
type JsonElement = string | number | boolean
type ElementOf<TValue> = unknown extends TValue
  ? JsonElement
  : TValue extends readonly (infer E)[]
    ? unknown extends E
      ? JsonElement
      : Extract<E, JsonElement>
    : never

type TermOf<TColumn extends ConditionColumn, TColumns> = TColumn['kind'] extends 'json'
  ? JsonTerm<ValueOf<TColumn>, TColumns>
  : TColumn['kind'] extends 'boolean'
    ? EqualTerm<ValueOf<TColumn>, 'boolean', TColumns>
    : TColumn['kind'] extends 'text'
      ? TextTerm<ValueOf<TColumn>, TColumns>
      : OrderTerm<ValueOf<TColumn>, TColumn['kind'], TColumns>

/** Columns by name, each with its comparisons. */
export type ConditionTerms<TColumns extends ConditionColumns> = {
  readonly [K in keyof TColumns]: TermOf<TColumns[K], TColumns>
}

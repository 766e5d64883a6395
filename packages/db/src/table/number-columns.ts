// Columns of numbers. Those that JSON cannot hold as numbers are texts.
import { t } from '@keelson/core'
import { compareValues, toCanonical } from '@keelson/core/conditions'
import {
  checkArgument,
  checkOptions,
  either,
  integer as integerOption,
  ofKind,
  optionTable,
  text,
} from '@keelson/core/options'
import type { Column } from './column.ts'
import type { DraftProblem } from './column-draft.ts'
import type { ColumnLimits } from './contract.ts'
import { newColumn } from './new-column.ts'

/** Options of {@link integer}. */
export interface IntegerColumnOptions {
  /** 32 (default), or 53: every integer that a JavaScript number holds. */
  readonly bits?: 32 | 53 | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

const WHOLE = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const
const INTEGER_OPTIONS = optionTable<IntegerColumnOptions>({
  bits: ofKind(
    { what: '32 or 53', test: (value) => value === 32 || value === 53 },
    'Bits of the column; default 32.',
  ),
  minimum: integerOption('The least value.', WHOLE),
  maximum: integerOption('The greatest value.', WHOLE),
})

/**
 * A whole number of 32 bits, or of 53.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const quantity = integer({ minimum: 1, maximum: 1000 })
 */
export function integer(options: IntegerColumnOptions = {}): Column<number, 'integer'> {
  checkOptions(INTEGER_OPTIONS, options, { name: 'integer', below: integer })
  const { bits = 32, minimum, maximum } = options
  const [least, most] = bits === 32 ? [-(2 ** 31), 2 ** 31 - 1] : [WHOLE.minimum, WHOLE.maximum]
  const range = { minimum: Math.max(minimum ?? least, least), maximum: Math.min(maximum ?? most, most) }
  return newColumn('integer', {
    schema: t.Integer(range),
    expected: `a whole number from ${range.minimum} to ${range.maximum}`,
    limits: { bits, minimum, maximum } as ColumnLimits,
    problems: range.minimum > range.maximum ? [NO_VALUE] : [],
  })
}

/** Bounds of numbers that are texts. */
export interface BoundsOptions {
  readonly minimum?: number | string | undefined
  readonly maximum?: number | string | undefined
}

const BOUND = either(
  integerOption('A bound.', WHOLE),
  text('A bound.', { pattern: '^-?\\d+(\\.\\d+)?$', what: "a number, or a text like '10.50'" }),
)
const BOUNDS_OPTIONS = optionTable<BoundsOptions>({ minimum: BOUND, maximum: BOUND })

/** Options of {@link bigint}. */
export interface BigintColumnOptions<
  TAs extends BigIntConstructor | undefined = BigIntConstructor | undefined,
> extends BoundsOptions {
  /** `BigInt`: values are bigints in rows; they stay text in routes. Default: text. */
  readonly as?: TAs
}

const BIGINT_OPTIONS = optionTable<BigintColumnOptions>({
  ...BOUNDS_OPTIONS.properties,
  as: ofKind({ what: 'BigInt', test: (value) => value === BigInt }, 'What values are in rows.'),
})

/**
 * A whole number of 64 bits, as text: JSON cannot hold it as a number.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const views = bigint({ minimum: 0 })
 */
export function bigint<TAs extends BigIntConstructor | undefined = undefined>(
  options: BigintColumnOptions<TAs> = {},
): Column<
  TAs extends BigIntConstructor ? bigint : string,
  'bigint',
  TAs extends BigIntConstructor ? 'as' : never
> {
  checkOptions(BIGINT_OPTIONS, options, { name: 'bigint', below: bigint as never })
  const { as, ...limits } = options
  return newColumn('bigint', {
    schema: t.String({ pattern: `^(0|${sign(limits.minimum)}[1-9][0-9]{0,18})$` }),
    expected: 'a whole number of 64 bits as text',
    limits: limits as ColumnLimits,
    as: as === undefined ? undefined : 'bigint',
    problems: boundProblems('bigint', limits),
  })
}

const MAX_PRECISION = 65
const DIGITS = { minimum: 1, maximum: MAX_PRECISION } as const

/**
 * A decimal number as text with all its places: `'10.50'`. Precision, scale and sign are in its schema, the other bounds are checked
 * before a statement is sent.
 *
 * @param precision - digits in all, 1 to 65; at most 18 on SQLite
 * @param scale - digits after the point, 0 to `precision`
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const total = decimal(12, 2, { minimum: 0 })
 */
export function decimal(
  precision: number,
  scale: number,
  bounds: BoundsOptions = {},
): Column<string, 'decimal'> {
  const name = 'decimal'
  checkArgument(integerOption('Digits in all.', DIGITS), precision, {
    name,
    argument: 'precision',
    below: decimal,
  })
  checkArgument(integerOption('Digits after the point.', { minimum: 0, maximum: precision }), scale, {
    name,
    argument: 'scale',
    below: decimal,
  })
  checkOptions(BOUNDS_OPTIONS, bounds, { name, below: decimal })
  const whole = precision - scale
  const places = scale === 0 ? '' : `(\\.[0-9]{1,${scale}})?`
  const digits = whole === 0 ? '0' : `(0|[1-9][0-9]{0,${whole - 1}})`
  return newColumn('decimal', {
    schema: t.String({ pattern: `^${sign(bounds.minimum)}${digits}${places}$` }),
    expected: `a decimal as text, of at most ${whole} digits before the point and ${scale} after it${within(bounds)}`,
    limits: { precision, scale, ...bounds } as ColumnLimits,
    problems: boundProblems('decimal', bounds),
  })
}

const NO_VALUE: DraftProblem = {
  message: 'Its minimum is above its maximum, so that no value is taken.',
  remedy: 'Give bounds with values between them.',
}

/** What is wrong with bounds of numbers that are texts. */
function boundProblems(kind: 'decimal' | 'bigint', { minimum, maximum }: BoundsOptions): DraftProblem[] {
  const [least, most] = [minimum, maximum].map((bound) =>
    bound === undefined ? undefined : toCanonical(kind, String(bound)),
  )
  if ((minimum !== undefined && least === undefined) || (maximum !== undefined && most === undefined))
    return [{ message: `A bound is not a ${kind}.`, remedy: "Give a number, or a text like '10'." }]
  const isEmpty = least !== undefined && most !== undefined && compareValues(kind, least, most) > 0
  return isEmpty ? [NO_VALUE] : []
}

function within({ minimum, maximum }: BoundsOptions): string {
  return `${minimum === undefined ? '' : `, at least ${minimum}`}${maximum === undefined ? '' : `, at most ${maximum}`}`
}

/** A sign is part of the pattern only where a value may be below 0. */
function sign(minimum: number | string | undefined): string {
  return minimum === undefined || String(minimum).startsWith('-') ? '-?' : ''
}

/**
 * The version of a row: 1 at first, and one more with each update. An update of a loaded row fails with a 409 where another one came
 * between.
 *
 * @example
 * const Orders = table('orders', { id: uuid().primary(), version: version() })
 */
export function version(): Column<number, 'integer', 'made' | 'version'> {
  return newColumn('integer', {
    schema: t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    expected: 'a version',
    limits: { bits: 53, minimum: 1 },
    made: 'version',
  })
}

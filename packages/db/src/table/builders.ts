// The kinds of columns. Each has one type in the database's rows, in routes and in clients.
import { t, type OutputOf, type SchemaLike } from '@keelson/core'
import { compareValues, toCanonical, type ColumnKind } from '@keelson/core/conditions'
import {
  checkArgument,
  checkOptions,
  either,
  flag,
  integer as integerOption,
  listOf,
  ofKind,
  optionTable,
  text as textOption,
} from '@keelson/core/options'
import type { TSchema } from '@keelson/core/schemas'
import { canonicalJson, canonicalOf, characters } from './canonical.ts'
import { ColumnBuilder } from './column-builder.ts'
import type { Column } from './column.ts'
import type { ColumnDraft, DraftProblem } from './column-draft.ts'
import type { ColumnLimits, Made } from './contract.ts'

interface Given {
  readonly schema: TSchema
  readonly expected: string
  readonly limits?: ColumnLimits
  readonly made?: Made
  readonly as?: 'Date' | 'bigint' | undefined
  readonly isCaseInsensitive?: boolean
  readonly canonical?: ColumnDraft['canonical']
  readonly problems?: readonly DraftProblem[]
}

/** The type of a column says what its builder can be asked; both read one draft. */
function column<C>(kind: ColumnKind, given: Given): C {
  const limits = defined(given.limits ?? {})
  return new ColumnBuilder({
    kind,
    schema: given.schema,
    limits,
    expected: given.expected,
    canonical: given.canonical ?? canonicalOf(kind, limits),
    as: given.as,
    isCaseInsensitive: given.isCaseInsensitive === true,
    isPrimary: false,
    isNullable: false,
    isHidden: false,
    made: given.made,
    isTouched: false,
    default: undefined,
    name: undefined,
    unique: undefined,
    reference: undefined,
    problems: given.problems ?? [],
  }) as C
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

/**
 * A uuid, in lower case. As the key of a table, `uuid().primary()`, an insert makes it: version 7, so that keys grow with time.
 *
 * @example
 * const id = uuid().primary()
 */
export function uuid(): Column<string, 'uuid'> {
  return column('uuid', { schema: t.String({ format: 'uuid' }), expected: 'a uuid' })
}

/** Options of {@link text}. Lengths are characters (code points). */
export interface TextOptions {
  readonly minLength?: number | undefined
  /** Needed where the text is unique or indexed: keys of indexes are bounded. */
  readonly maxLength?: number | undefined
  /** A regular expression of JSON Schema, as in `t.String({ pattern })`. */
  readonly pattern?: string | undefined
  /** A format of JSON Schema: `email`, `uri`, `hostname`. */
  readonly format?: string | undefined
  /** Whether letters are equal in both cases, where it is compared and unique. Default `false`: byte for byte. */
  readonly caseInsensitive?: boolean | undefined
}

const LENGTH = { minimum: 0, maximum: 1_073_741_824 } as const
const TEXT_OPTIONS = optionTable<TextOptions>({
  minLength: integerOption('The fewest characters.', LENGTH),
  maxLength: integerOption('The most characters.', LENGTH),
  pattern: textOption('A regular expression of JSON Schema.', { minLength: 1 }),
  format: textOption('A format of JSON Schema.', { minLength: 1 }),
  caseInsensitive: flag('Whether letters are equal in both cases.', { default: false }),
})

/**
 * A text, well-formed and without NUL. It is compared byte for byte.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const email = text({ format: 'email', maxLength: 254 })
 */
export function text(options: TextOptions = {}): Column<string, 'text'> {
  checkOptions(TEXT_OPTIONS, options, { name: 'text', below: text })
  const { caseInsensitive, ...limits } = defined(options)
  return column('text', {
    schema: t.String(limits as object),
    expected:
      limits.format === undefined
        ? `a text${lengths(limits as ColumnLimits)}`
        : `a text of the format ${limits.format}`,
    limits: limits as ColumnLimits,
    isCaseInsensitive: caseInsensitive === true,
  })
}

function lengths({ minLength, maxLength }: ColumnLimits): string {
  if (minLength === undefined && maxLength === undefined) return ''
  if (maxLength === undefined) return ` of at least ${minLength} characters`
  return minLength === undefined
    ? ` of at most ${maxLength} characters`
    : ` of ${minLength} to ${maxLength} characters`
}

/** Options of {@link integer}. */
export interface IntegerOptions {
  /** 32 (default), or 53: every integer that a JavaScript number holds. */
  readonly bits?: 32 | 53 | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

const WHOLE = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const
const INTEGER_OPTIONS = optionTable<IntegerOptions>({
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
export function integer(options: IntegerOptions = {}): Column<number, 'integer'> {
  checkOptions(INTEGER_OPTIONS, options, { name: 'integer', below: integer })
  const { bits = 32, minimum, maximum } = options
  const [least, most] = bits === 32 ? [-(2 ** 31), 2 ** 31 - 1] : [WHOLE.minimum, WHOLE.maximum]
  const range = { minimum: Math.max(minimum ?? least, least), maximum: Math.min(maximum ?? most, most) }
  return column('integer', {
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
  textOption('A bound.', { pattern: '^-?\\d+(\\.\\d+)?$', what: "a number, or a text like '10.50'" }),
)
const BOUNDS_OPTIONS = optionTable<BoundsOptions>({ minimum: BOUND, maximum: BOUND })

/** Options of {@link bigint}. */
export interface BigintOptions<
  TAs extends BigIntConstructor | undefined = BigIntConstructor | undefined,
> extends BoundsOptions {
  /** `BigInt`: values are bigints in rows; they stay text in routes. Default: text. */
  readonly as?: TAs
}

const BIGINT_OPTIONS = optionTable<BigintOptions>({
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
  options: BigintOptions<TAs> = {},
): Column<TAs extends BigIntConstructor ? bigint : string, 'bigint'> {
  checkOptions(BIGINT_OPTIONS, options, { name: 'bigint', below: bigint as never })
  const { as, ...limits } = options
  return column('bigint', {
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
  return column('decimal', {
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
 * True or false.
 *
 * @example
 * import { boolean } from '@keelson/db'
 * const isPaid = boolean().default(false)
 */
export function boolean(): Column<boolean, 'boolean'> {
  return column('boolean', { schema: t.Boolean(), expected: 'true or false' })
}

/** Options of {@link timestamp}. */
export interface TimestampOptions<TAs extends DateConstructor | undefined = DateConstructor | undefined> {
  /** `Date`: values are dates in rows; they stay text in routes. Default: text. */
  readonly as?: TAs
}

const TIMESTAMP_OPTIONS = optionTable<TimestampOptions>({
  as: ofKind({ what: 'Date', test: (value) => value === Date }, 'What values are in rows.'),
})

/**
 * An instant, as RFC 3339 text in UTC with milliseconds: `2026-11-29T12:00:00.000Z`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const createdAt = timestamp().now()
 */
export function timestamp<TAs extends DateConstructor | undefined = undefined>(
  options: TimestampOptions<TAs> = {},
): Column<TAs extends DateConstructor ? Date : string, 'timestamp'> {
  checkOptions(TIMESTAMP_OPTIONS, options, { name: 'timestamp', below: timestamp as never })
  return column('timestamp', {
    schema: t.String({ format: 'date-time' }),
    expected: 'an instant as RFC 3339 text, in whole milliseconds',
    as: options.as === undefined ? undefined : 'Date',
  })
}

/**
 * A day of the calendar: `2026-11-29`.
 *
 * @example
 * const birthday = date().nullable()
 */
export function date(): Column<string, 'date'> {
  return column('date', { schema: t.String({ format: 'date' }), expected: "a day like '2026-11-29'" })
}

/**
 * One of these texts.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for none, or one that is not a text
 * @example
 * const status = oneOf('open', 'closed').default('open')
 */
export function oneOf<const V extends readonly [string, ...string[]]>(
  ...values: V
): Column<V[number], 'text'> {
  checkArgument(listOf(textOption('A value.', { minLength: 1 }), 'The values.', { minItems: 1 }), values, {
    name: 'oneOf',
    argument: 'values',
    below: oneOf as never,
  })
  const maxLength = Math.max(...values.map(characters))
  return column('text', {
    schema: t.Union(values.map((value) => t.Literal(value))),
    expected: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    limits: { values, maxLength },
  })
}

/**
 * JSON of this schema, checked before it is written. It is compared by value where the database can.
 *
 * @param schema - of TypeBox, or any Standard Schema
 * @example
 * const address = json(t.Object({ street: t.String(), city: t.String() }))
 */
export function json<const S extends SchemaLike>(schema: S): Column<OutputOf<S>, 'json'> {
  return column('json', {
    schema: schema as unknown as TSchema,
    expected: 'a value of its schema',
    canonical: canonicalJson(schema),
  })
}

/** Options of {@link bytes}. Lengths are bytes. */
export interface BytesOptions {
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
}

const BYTES_OPTIONS = optionTable<BytesOptions>({
  minLength: integerOption('The fewest bytes.', LENGTH),
  maxLength: integerOption('The most bytes.', LENGTH),
})

/**
 * Bytes, as base64url text (RFC 4648 §5) without padding. An insert takes a `Uint8Array` as well.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const digest = bytes({ minLength: 32, maxLength: 32 })
 */
export function bytes(options: BytesOptions = {}): Column<string, 'bytes'> {
  checkOptions(BYTES_OPTIONS, options, { name: 'bytes', below: bytes })
  const { minLength, maxLength } = options
  const toText = (length: number): number => Math.ceil((length * 4) / 3)
  return column('bytes', {
    schema: t.String({
      // Of the last character no bit is beyond the bytes (RFC 4648 §3.5).
      pattern: '^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$',
      contentEncoding: 'base64url',
      ...(minLength !== undefined && { minLength: toText(minLength) }),
      ...(maxLength !== undefined && { maxLength: toText(maxLength) }),
    }),
    expected: `base64url text${lengths(defined(options) as ColumnLimits).replace('characters', 'bytes')}`,
    limits: options as ColumnLimits,
  })
}

/**
 * The version of a row: 1 at first, and one more with each update. An update of a loaded row fails with a 409 where another one came
 * between.
 *
 * @example
 * const Orders = table('orders', { id: uuid().primary(), version: version() })
 */
export function version(): Column<number, 'integer', 'made' | 'version'> {
  return column('integer', {
    schema: t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    expected: 'a version',
    limits: { bits: 53, minimum: 1 },
    made: 'version',
  })
}

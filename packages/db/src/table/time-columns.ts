// Columns of times: texts, which compare as the times do.
import { t } from '@keelson/core'
import { checkOptions, ofKind, optionTable } from '@keelson/core/options'
import type { Column } from './column.ts'
import { newColumn } from './new-column.ts'

/** Options of {@link timestamp}. */
export interface TimestampColumnOptions<
  TAs extends DateConstructor | undefined = DateConstructor | undefined,
> {
  /** `Date`: values are dates in rows; they stay text in routes. Default: text. */
  readonly as?: TAs
}

const TIMESTAMP_OPTIONS = optionTable<TimestampColumnOptions>({
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
  options: TimestampColumnOptions<TAs> = {},
): Column<
  TAs extends DateConstructor ? Date : string,
  'timestamp',
  TAs extends DateConstructor ? 'as' : never
> {
  checkOptions(TIMESTAMP_OPTIONS, options, { name: 'timestamp', below: timestamp as never })
  return newColumn('timestamp', {
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
  return newColumn('date', { schema: t.String({ format: 'date' }), expected: "a day like '2026-11-29'" })
}

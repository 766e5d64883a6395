// Columns of text. Each has one type in the database's rows, in routes and in clients.
import { t } from '@keelson/core'
import {
  checkArgument,
  checkOptions,
  flag,
  integer,
  listOf,
  optionTable,
  text as textOption,
} from '@keelson/core/options'
import { storableOnly } from '@keelson/core/schemas'
import { characters } from './canonical.ts'
import type { Column } from './column.ts'
import type { ColumnLimits } from './contract.ts'
import { defined, LENGTH, lengths, newColumn } from './new-column.ts'
import { schemaProblems } from './schema-problems.ts'

/**
 * A uuid, in lower case. As the key of a table, `uuid().primary()`, an insert makes it: version 7, so that keys grow with time.
 *
 * @example
 * const id = uuid().primary()
 */
export function uuid(): Column<string, 'uuid'> {
  return newColumn('uuid', { schema: t.String({ format: 'uuid' }), expected: 'a uuid' })
}

/** Options of {@link text}. Lengths are characters (code points). */
export interface TextColumnOptions {
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

const TEXT_OPTIONS = optionTable<TextColumnOptions>({
  minLength: integer('The fewest characters.', LENGTH),
  maxLength: integer('The most characters.', LENGTH),
  pattern: textOption('A regular expression of JSON Schema.', { minLength: 1 }),
  format: textOption('A format of JSON Schema.', { minLength: 1 }),
  caseInsensitive: flag('Whether letters are equal in both cases.', { default: false }),
})

/**
 * A text, well-formed and without NUL. It is compared byte for byte.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`; `ERR_DB_TABLE` at the table, for an unknown format or an invalid pattern
 * @example
 * const email = text({ format: 'email', maxLength: 254 })
 */
export function text(options: TextColumnOptions = {}): Column<string, 'text'> {
  checkOptions(TEXT_OPTIONS, options, { name: 'text', below: text })
  const { caseInsensitive, ...limits } = defined(options)
  const schema = storableOnly(t.String(limits as object))
  const isChecked = limits.format !== undefined || limits.pattern !== undefined
  return newColumn('text', {
    schema,
    expected:
      limits.format === undefined
        ? `a text${lengths(limits as ColumnLimits)}`
        : `a text of the format ${limits.format}`,
    limits: limits as ColumnLimits,
    isCaseInsensitive: caseInsensitive === true,
    problems: isChecked ? schemaProblems(schema) : [],
  })
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
  return newColumn('text', {
    schema: t.Union(values.map((value) => t.Literal(value))),
    expected: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    limits: { values, maxLength },
    problems: values.flatMap((value, at) =>
      values.indexOf(value) === at
        ? []
        : [{ message: `It names '${value}' twice.`, remedy: 'Name each value once.' }],
    ),
  })
}

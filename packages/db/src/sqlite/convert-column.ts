// How the values of a column are read from the old table, where the new one keeps them in another form.
import type { ColumnKind } from '@keelson/core/conditions'
import { isNumber, textLiteral, unfitText, type Dialect, type TableDescription } from '../adapter/index.ts'
import { sqliteReading } from './reading-sqlite.ts'

/** The table that is there, and the one that takes its rows. */
interface Ends {
  readonly from: TableDescription
  readonly to: TableDescription
}

/** How a column keeps its values. */
interface Form {
  /** Undefined for a type that takes everything, or is not exact. */
  readonly kind: ColumnKind | undefined
  /** Digits after the point that a number is kept with; undefined for other values. */
  readonly places: number | undefined
}

interface Conversion {
  /** The column, quoted. */
  readonly value: string
  readonly before: Form
  readonly now: Form
  /** The expression that ends the migration, and shows a value. */
  stop(shown: string): string
}

/** The expression that reads a column. A value that has no place in the new form ends the migration, instead of being changed. */
export function convertedColumn(name: string, { from, to }: Ends, { quote }: Dialect): string {
  const now = formOf(to, name)
  // An integer that stays one may have any CHECK: of it no scale follows.
  const before = now.kind === 'decimal' ? formerForm(from, name) : formOf(from, name)
  const words = `${to.name}.${name} ${unfitText(before.kind ?? 'text', now.kind ?? 'text')}: `
  const conversion = { value: quote(name), before, now, stop: (shown: string) => stopText(words, shown) }
  if (before.places !== undefined) return ofNumber(conversion, before.places)
  return now.places === undefined ? ofTime(conversion) : asNumber(conversion, now.places)
}

function formOf(table: TableDescription, name: string): Form {
  const column = table.columns.find((one) => one.name === name)
  const reading = column && sqliteReading(column, table)
  if (reading === undefined) return { kind: undefined, places: undefined }
  const { kind, limits } = reading
  return { kind, places: isNumber(kind) ? (limits.scale ?? 0) : undefined }
}

/** A CHECK that was written by hand tells the places as well: `"total" / 100 between 0 and 500`. */
function formerForm(table: TableDescription, name: string): Form {
  const form = formOf(table, name)
  if (form.places !== 0) return form
  const start = `"${name.replaceAll('"', '""')}" / 1`
  const zeros = table.checks.flatMap(({ expression }) => {
    const at = expression.indexOf(start)
    const isWhole = at !== -1 && expression[at - 1] !== '"'
    return (isWhole && /^(0*) between /.exec(expression.slice(at + start.length))?.[1]) || []
  })
  return zeros[0] === undefined ? form : { kind: 'decimal', places: zeros[0].length }
}

function ofNumber({ value, before, now, stop }: Conversion, digits: number): string {
  if (now.kind === 'text') return decimalText(value, digits)
  if (now.kind === 'boolean' && before.kind !== 'boolean')
    return `case when ${value} in (0, ${10 ** digits}) then ${value} <> 0 else ${stop(decimalText(value, digits))} end`
  const { places = digits } = now
  if (digits === places) return value
  if (places > digits) return `${value} * ${10 ** (places - digits)}`
  const factor = 10 ** (digits - places)
  return `case when ${value} % ${factor} = 0 then ${value} / ${factor} else ${stop(decimalText(value, digits))} end`
}

function asNumber({ value, before, stop }: Conversion, places: number): string {
  if (before.kind === 'text') return parsed(value, places, stop)
  return places === 0 ? value : parsed(`cast(${value} as text)`, places, stop)
}

function ofTime({ value, before, now, stop }: Conversion): string {
  if (before.kind === 'date' && now.kind === 'timestamp') return `${value} || '${MIDNIGHT}'`
  if (before.kind !== 'timestamp' || now.kind !== 'date') return value
  return `case when substr(${value}, 11) = '${MIDNIGHT}' then substr(${value}, 1, 10) else ${stop(value)} end`
}

const MIDNIGHT = 'T00:00:00.000Z'

/** A text is a number if that number, written as a text, is the text again: `12`, `12.5` or `12.50`. */
function parsed(text: string, places: number, stop: Conversion['stop']): string {
  const zeros = '0'.repeat(places)
  const missing = `substr('${zeros}', 1 + length(${text}) - instr(${text} || '.', '.'))`
  const number =
    places === 0 ? `cast(${text} as integer)` : `cast(replace(${text}, '.', '') || ${missing} as integer)`
  const endings = Array.from({ length: places }, (_, count) => ` || '${zeros.slice(0, count)}'`)
  const written = places === 0 ? [text] : [...endings, ` || '.${zeros}'`].map((ending) => `${text}${ending}`)
  return `case when ${decimalText(number, places)} in (${written.join(', ')}) then ${number} else ${stop(text)} end`
}

/** `1250` of two places as the text `12.50`; null stays null. */
function decimalText(number: string, places: number): string {
  if (places === 0) return `cast(${number} as text)`
  const factor = 10 ** places
  const sign = `case when ${number} < 0 then '-' else '' end`
  return `${sign} || (abs(${number}) / ${factor}) || '.' || printf('%0${places}d', abs(${number}) % ${factor})`
}

/** Nothing in SQLite but a trigger raises an error with words of its own, so that they are said as a path that cannot be. */
function stopText(words: string, shown: string): string {
  return `json_extract('{}', ${textLiteral(words)} || ${shown})`
}

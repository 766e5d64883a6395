// A column of another type rounds decimals and drops times in silence, whatever the mode of the session: a CHECK that holds while the type
// changes refuses such values, also those that others write meanwhile.
import {
  isNumber,
  type ChangeEnds,
  type ChangeOf,
  type CheckDescription,
  type ColumnReading,
  type Dialect,
} from '../adapter/index.ts'
import { mysqlReading } from './reading-mysql.ts'

/** The longest name of a constraint, characters. */
const MAX_NAME = 64

/** The CHECK for values that stay what they are; its name is what the error says. Undefined where all do, or the server refuses the others. */
export function keptValues(
  { table, from, to }: ChangeOf<'alter column'>,
  ends: ChangeEnds,
  { quote }: Dialect,
): CheckDescription | undefined {
  const before = mysqlReading(from, ends.from.tables.get(table)) ?? inexact(from.type)
  const now = mysqlReading(to, ends.to.tables.get(table))
  if (before === undefined || now === undefined || from.type === to.type) return undefined
  const found = isNumber(before.kind)
    ? ofNumber(before, now)
    : (ofText(before, now) ?? ofTime(from.type, to.type, now))
  if (found === undefined) return undefined
  const [ending, condition] = found
  const column = Array.from(to.name)
    .slice(0, MAX_NAME - ending.length)
    .join('')
  return {
    name: `${column}${ending}`,
    expression: condition(quote(to.name)),
    column: undefined,
  }
}

/** What the name of the CHECK ends with, and the condition for a quoted column. */
type Found = readonly [ending: string, condition: (value: string) => string]

/** Types without a reading whose values are numbers all the same. */
function inexact(type: string): ColumnReading | undefined {
  return /^(?:double|float)\b/.test(type)
    ? { kind: 'decimal', limits: { scale: Infinity }, isCaseInsensitive: false }
    : undefined
}

function ofNumber({ kind, limits }: ColumnReading, now: ColumnReading): Found | undefined {
  if (now.kind === 'boolean' && kind !== 'boolean') return ['_is_0_or_1', (value) => `${value} in (0, 1)`]
  const { scale = 0 } = now.limits
  if (!isNumber(now.kind) || (limits.scale ?? 0) <= scale) return undefined
  return ['_keeps_its_digits', (value) => `${value} = round(${value}, ${scale})`]
}

function ofText({ kind }: ColumnReading, now: ColumnReading): Found | undefined {
  if (kind !== 'text' || now.kind === 'text') return undefined
  if (now.kind === 'uuid') return ['_is_a_uuid', matching('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')]
  if (now.kind === 'date') return ['_is_a_date', matching('[0-9]{4}-[0-9]{2}-[0-9]{2}')]
  if (!isNumber(now.kind)) return undefined
  const { scale = 0 } = now.limits
  const fraction = scale === 0 ? '' : `([.][0-9]{1,${scale}}0*)?`
  return ['_is_a_number', matching(`-?[0-9]+${fraction}`)]
}

function matching(pattern: string): (value: string) => string {
  return (value) => `${value} regexp '^${pattern}$'`
}

/** With fewer digits of seconds, or none. */
function ofTime(from: string, to: string, { kind }: ColumnReading): Found | undefined {
  if (!/^(?:datetime|timestamp)/.test(from)) return undefined
  if (kind === 'date') return ['_keeps_its_time', (value) => `${value} = cast(${value} as date)`]
  const [digits, places] = [digitsOf(from), digitsOf(to)]
  if (digits <= places) return undefined
  return ['_keeps_its_time', (value) => `${value} = cast(${value} as datetime(${places}))`]
}

function digitsOf(type: string): number {
  return Number(/\((\d)\)/.exec(type)?.[1] ?? 0)
}

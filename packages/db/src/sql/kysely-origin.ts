// Which column an expression of Kysely gives values of: its least, its sum, and what a count is.
import { t } from '@keelson/core'
import type { OperationNode } from 'kysely'
import type { Dialect } from '../adapter/index.ts'
import { InvalidValueError, QueryError } from '../errors.ts'
import type { ColumnFacts } from '../table/index.ts'
import { toSafeNumber } from './whole-numbers.ts'

/** Functions whose value is one of those of their first argument. */
const CHOOSING: ReadonlySet<string> = new Set([
  'min',
  'max',
  'coalesce',
  'ifnull',
  'nullif',
  'first_value',
  'last_value',
  'nth_value',
  'lag',
  'lead',
])
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%'])

/** The parts of nodes that are read here; each has some. */
interface Parts {
  readonly func?: string
  readonly aggregated?: readonly OperationNode[]
  readonly arguments?: readonly OperationNode[]
  readonly node?: OperationNode
  readonly operator?: OperationNode & { readonly operator?: string }
  readonly leftOperand?: OperationNode
  readonly rightOperand?: OperationNode
}

/** What an expression stands for. */
export interface Origin {
  readonly column: ColumnFacts
  /** What makes another value of it: `avg`, `+`. Undefined: the value is one of the column. */
  readonly changedBy: string | undefined
}

/** Finds the column of a plain reference, or the sole one of a subquery. */
export type FindColumn = (node: OperationNode) => ColumnFacts | undefined

/** Columns that stand for values made of theirs, by what made them. */
const CHANGED = new WeakMap<ColumnFacts, string>()

/** What an expression stands for as a column; one of changed values is refused where it is read. */
export function toColumn({ column, changedBy }: Origin): ColumnFacts {
  if (changedBy === undefined) return column
  const made = { ...column }
  CHANGED.set(made, changedBy)
  return made
}

/** What every count stands for: an integer. PostgreSQL gives those of 64 bits as text. */
const COUNT: ColumnFacts = {
  property: 'count',
  name: 'count',
  kind: 'integer',
  isNullable: false,
  isPrimary: false,
  isHidden: false,
  made: undefined,
  isTouched: false,
  default: undefined,
  isCaseInsensitive: false,
  was: undefined,
  sqlType: undefined,
  limits: { bits: 53 },
  schema: t.Integer(),
  as: undefined,
  // What it is compared with is left to the database, which takes it or refuses it.
  canonical: (value) => value,
}

/** Columns that stand for sums and counts. */
const SUMS = new WeakSet<ColumnFacts>([COUNT])

/** Whose values an expression gives; undefined where it is of no column, such as a comparison. */
export function originOf(node: OperationNode, find: FindColumn): Origin | undefined {
  const parts = node as Parts
  switch (node.kind) {
    case 'ParensNode':
      return firstOf([parts.node], find)
    case 'AggregateFunctionNode':
      return ofFunction(parts, firstOf(parts.aggregated, find))
    case 'FunctionNode':
      return ofFunction(parts, firstOf(parts.arguments, find))
    case 'BinaryOperationNode':
      return ofArithmetic(parts, find)
    default: {
      const column = find(node)
      return column && { column, changedBy: CHANGED.get(column) }
    }
  }
}

function ofArithmetic({ operator, leftOperand, rightOperand }: Parts, find: FindColumn): Origin | undefined {
  const sign = operator?.operator
  if (sign === undefined || !ARITHMETIC.has(sign)) return undefined
  const found = firstOf([leftOperand, rightOperand], find)
  return found === undefined ? undefined : { column: found.column, changedBy: sign }
}

function firstOf(
  nodes: readonly (OperationNode | undefined)[] | undefined,
  find: FindColumn,
): Origin | undefined {
  for (const node of nodes ?? []) {
    const found = node === undefined ? undefined : originOf(node, find)
    if (found !== undefined) return found
  }
  return undefined
}

function ofFunction({ func = '' }: Parts, inner: Origin | undefined): Origin | undefined {
  const name = func.toLowerCase()
  if (name === 'count') return { column: COUNT, changedBy: undefined }
  if (inner === undefined) return undefined
  if (inner.changedBy !== undefined || CHOOSING.has(name)) return inner
  const sum = name === 'sum' ? sumOf(inner.column) : undefined
  return sum === undefined ? { column: inner.column, changedBy: name } : { column: sum, changedBy: undefined }
}

/** Sums as a column of their own: of the same kind and scale, without its limits. Undefined for kinds that have none. */
function sumOf(column: ColumnFacts): ColumnFacts | undefined {
  const { kind, limits, property } = column
  if (kind !== 'decimal' && kind !== 'integer' && kind !== 'bigint') return undefined
  const scale = kind === 'decimal' ? (limits.scale ?? 0) : 0
  const pattern = scale === 0 ? /^-?[0-9]+$/ : new RegExp(`^-?[0-9]+(\\.[0-9]{1,${scale}})?$`)
  const sum: ColumnFacts = {
    ...column,
    limits: kind === 'decimal' ? { scale } : { bits: 53 },
    canonical: (value) => {
      if (!pattern.test(String(value)))
        throw new InvalidValueError({
          details: { property, expected: `a number with at most ${scale} digits after the point` },
        })
      return kind === 'integer' ? Number(value) : String(value)
    },
  }
  SUMS.add(sum)
  return sum
}

/**
 * How values of an expression are read; undefined: as the driver gives them.
 *
 * @throws {QueryError} where the database keeps the column in another form, and the expression makes another value of that
 */
export function reading(column: ColumnFacts, dialect: Dialect): ((value: unknown) => unknown) | undefined {
  const changedBy = CHANGED.get(column)
  const { encode, decode } = dialect.codecOf(column)
  if (changedBy !== undefined) {
    if (column.kind !== 'decimal' || encode === undefined) return undefined
    throw new QueryError({
      message: `kysely: ${changedBy} of '${column.property}' is not read: ${dialect.system} keeps decimals as scaled integers. Read min, max, sum or coalesce of it and calculate in the program, or write db.sql with \${sql.as(Table, '${column.property}')} behind an expression that has its scale.`,
    })
  }
  return column.kind === 'integer' && SUMS.has(column) ? toSafeNumber : decode
}

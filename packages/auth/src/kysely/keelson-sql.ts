// Comparisons for `db.kysely` of `@keelson/db`, which knows the tables: it compares them exactly, and writes values as their columns hold them.
import { ConditionError, type ConditionNode, type ConditionValue } from '@keelson/core/conditions'
import { assertComparable, fits } from './comparison-sql.ts'
import type { QueryColumn, SqlNode, WhereBuilder } from './contract.ts'
import { sql } from './sql-node.ts'

type Comparison = Extract<ConditionNode, { readonly column: string }>

const SIGNS = { is: '=', isNot: '!=', below: '<', atMost: '<=', above: '>', atLeast: '>=' } as const

/** Where the comparison stands. */
export interface KeelsonPlace {
  columnOf(name: string): QueryColumn
  readonly eb: WhereBuilder
}

/**
 * @throws {ConditionError} for documents, and the start of a text without case
 */
export function keelsonSql(node: Comparison, { columnOf, eb }: KeelsonPlace): SqlNode {
  const column = columnOf(node.column)
  const compare = (sign: string, value: unknown): SqlNode =>
    (
      eb(column.place as never, sign as never, value as never) as { toOperationNode(): SqlNode }
    ).toOperationNode()
  if (node.op === 'isNull') return compare('is', null)
  refuseProblems(column, node.op)
  if ('other' in node) {
    const other = columnOf(node.other)
    assertComparable(column, other)
    return compare(SIGNS[node.op], eb.ref(other.place as never))
  }
  const values = 'values' in node ? node.values : [node.value]
  const fit = values.filter((value) => fits(value, node.op, column))
  if (fit.length === 0) return values.length === 0 ? sql`1 = 0` : sql`null`
  if (node.op === 'startsWith') return startsWith(node.value, compare)
  if (node.op !== 'isIn') return compare(SIGNS[node.op as keyof typeof SIGNS], fit[0])
  const found = compare('in', fit)
  return fit.length === values.length ? found : sql`(${found} or null)`
}

function refuseProblems({ name, about }: QueryColumn, op: Comparison['op']): void {
  const isFolded = about.caseInsensitive === true && op === 'startsWith'
  if (about.kind === 'json' || isFolded)
    throw new ConditionError(
      `The condition asks for '${name}', and toWhere() for keelson compares no ${isFolded ? 'start of a text without case' : 'documents'}: give the condition to a repository.`,
    )
}

/** Texts that begin alike stand side by side in the order of code points. */
function startsWith(prefix: ConditionValue, compare: (sign: string, value: unknown) => SqlNode): SqlNode {
  const end = behind(String(prefix))
  const from = compare('>=', prefix)
  return end === undefined ? from : sql`(${from} and ${compare('<', end)})`
}

/** The first text after all those that begin with this one; undefined where there is none. */
function behind(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  // Surrogates stand for no character of their own.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}

// Conditions that only rows which were deleted softly can meet, where such rows are omitted: they would find nothing, silently.
import type { ConditionNode } from '@keelson/core/conditions'
import { QueryError } from '../errors.ts'
import type { TableSql } from './table-sql.ts'

/** @throws {QueryError} for a condition that no row meets which is not deleted */
export function assertNotOfDeleted(node: ConditionNode, { facts, softDelete }: TableSql): void {
  if (softDelete === undefined || !isOfSet(node, softDelete.property)) return
  throw new QueryError({
    message: `A where asks for rows of '${facts.name}' whose '${softDelete.property}' is set: those are deleted, and omitted. Read them by withDeleted: true; count or change them by db.sql.`,
  })
}

/** Whether it holds only where the column is not null. */
function isOfSet(node: ConditionNode, column: string): boolean {
  switch (node.op) {
    case 'always':
    case 'never':
    case 'unknown':
    case 'isNull':
      return false
    case 'all':
      return node.of.some((one) => isOfSet(one, column))
    case 'any':
      return node.of.length > 0 && node.of.every((one) => isOfSet(one, column))
    case 'not':
      return node.of.op === 'isNull' && node.of.column === column
    default:
      return node.column === column
  }
}

// SQL as nodes of Kysely: texts of this package, with columns and parameters between them.
import type { SqlNode } from './contract.ts'

/** A text with other nodes between its parts. */
export interface RawNode extends SqlNode {
  readonly kind: 'RawNode'
  readonly sqlFragments: readonly string[]
  readonly parameters: readonly SqlNode[]
}

/**
 * SQL that was written here, with nodes in it: no text of a caller becomes SQL.
 *
 * @example
 * sql`${column} is null`
 */
export function sql(parts: TemplateStringsArray, ...nodes: readonly SqlNode[]): RawNode {
  return { kind: 'RawNode', sqlFragments: [...parts], parameters: nodes }
}

/** A parameter. */
export function parameter(value: unknown): SqlNode {
  return { kind: 'ValueNode', value } as SqlNode
}

/** Nodes with a sign between them, in parentheses. */
export function joined(nodes: readonly SqlNode[], sign: ' and ' | ' or ' | ', '): RawNode {
  const between = nodes.slice(1).map(() => sign)
  return { kind: 'RawNode', sqlFragments: ['(', ...between, ')'], parameters: nodes }
}

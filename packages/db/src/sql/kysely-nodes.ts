// Nodes of names as Kysely makes them; its factories are loaded with it, and it has them for itself.
import type {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  ReferenceNode,
  SchemableIdentifierNode,
  SelectAllNode,
  SelectionNode,
  TableNode,
  ValueNode,
} from 'kysely'

const identifier = (name: string): IdentifierNode => ({ kind: 'IdentifierNode', name })

export function tableNode(name: string): TableNode {
  const table: SchemableIdentifierNode = { kind: 'SchemableIdentifierNode', identifier: identifier(name) }
  return { kind: 'TableNode', table }
}

export function columnNode(name: string): ColumnNode {
  return { kind: 'ColumnNode', column: identifier(name) }
}

/** A column, of a table where one is given. */
export function reference(column: string, table?: string): ReferenceNode {
  return {
    kind: 'ReferenceNode',
    column: columnNode(column),
    ...(table !== undefined && { table: tableNode(table) }),
  }
}

export function aliasNode(node: ReferenceNode, alias: string): AliasNode {
  return { kind: 'AliasNode', node, alias: identifier(alias) }
}

export function selectionNode(selection: ReferenceNode | AliasNode): SelectionNode {
  return { kind: 'SelectionNode', selection }
}

/** All columns of a source. */
export function allOf(table: string): SelectionNode {
  const column: SelectAllNode = { kind: 'SelectAllNode' }
  return selectionNode({ kind: 'ReferenceNode', column, table: tableNode(table) })
}

/** A value that is sent apart from the text. */
export function valueNode(value: unknown): ValueNode {
  return { kind: 'ValueNode', value }
}

// What a query gives, by the properties of the code: `*` and columns that have other names in the database.
import type { IdentifierNode, OperationNode, ReferenceNode, SelectionNode, SelectQueryNode } from 'kysely'
import { QueryError } from '../errors.ts'
import type { TableFacts } from '../table/index.ts'
import type { QueryColumns } from './kysely-columns.ts'
import { aliasNode, allOf, reference, selectionNode } from './kysely-nodes.ts'
import { columnOf, type QueryScope, type ScopeStack } from './kysely-scope.ts'

/** Names the selections of a query. */
export class GivenSelections {
  readonly #scopes: ScopeStack
  readonly #columns: QueryColumns

  constructor(scopes: ScopeStack, columns: QueryColumns) {
    this.#scopes = scopes
    this.#columns = columns
  }

  /** What a query gives, by the properties of the code. */
  of(selections: readonly SelectionNode[]): SelectionNode[] {
    return selections.flatMap((selection) => {
      const node: OperationNode = selection.selection
      if (node.kind === 'SelectAllNode') return this.#all() ?? [selection]
      const { column, table } = node as Partial<ReferenceNode>
      if (column?.kind === 'SelectAllNode' && table !== undefined)
        return this.#allOf(table.table.identifier.name, true) ?? [selection]
      const named = columnOf(node)
      return named === undefined ? [selection] : [this.#asProperty(node as ReferenceNode, named.property)]
    })
  }

  #asProperty(node: ReferenceNode, property: string): SelectionNode {
    const column = this.#columns.columnOf(node)
    return column === undefined || column.name === property
      ? selectionNode(node)
      : selectionNode(aliasNode(node, property))
  }

  /** `*`, as all columns where one has another name in the database. */
  #all(): SelectionNode[] | undefined {
    const { sources, hasNameless } = this.#scopes.innermost as QueryScope
    if (![...sources.values()].some((source) => source !== undefined && hasOthers(source.facts)))
      return undefined
    if (hasNameless)
      throw new QueryError({
        message:
          'kysely: selectAll() cannot list the columns of a source without a name. Name it, or write selectAll(table) for each.',
      })
    return [...sources.keys()].flatMap((name) => this.#allOf(name, sources.size > 1) ?? [allOf(name)])
  }

  #allOf(name: string, isQualified: boolean): SelectionNode[] | undefined {
    const source = this.#scopes.named(name)
    if (source === undefined || !hasOthers(source.facts)) return undefined
    return source.facts.columns.map(({ property }) =>
      this.#asProperty(reference(property, isQualified ? name : undefined), property),
    )
  }
}

function hasOthers({ columns }: TableFacts): boolean {
  return columns.some(({ property, name }) => property !== name)
}

/** What `order by` names alone, and means a name that the query gives by it: an alias, or any column of a union. */
export function outputsOf({
  orderBy,
  selections = [],
  setOperations = [],
}: SelectQueryNode): Set<OperationNode> {
  const aliases = selections.flatMap(({ selection }) =>
    selection.kind === 'AliasNode' && selection.alias.kind === 'IdentifierNode'
      ? [(selection.alias as IdentifierNode).name]
      : [],
  )
  const named = (orderBy?.items ?? []).map((item) => item.orderBy)
  return new Set(
    named.filter((node) => {
      const column = columnOf(node)
      if (column === undefined || column.table !== undefined) return false
      return setOperations.length > 0 || aliases.includes(column.property)
    }),
  )
}

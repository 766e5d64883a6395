// Which columns the expressions of a query are of, and what its selections pass on.
import type { ColumnNode, OperationNode, ReferenceNode, SelectQueryNode, WithNode } from 'kysely'
import type { ColumnFacts } from '../table/index.ts'
import { originOf, toColumn, type Origin } from './kysely-origin.ts'
import { columnOf, nameOf, QueryScope, type PassedColumns, type ScopeStack } from './kysely-scope.ts'

interface Selected {
  readonly name?: string | undefined
  readonly origin?: Origin | undefined
}

/** Tells the columns of expressions by the sources that are in scope. */
export class QueryColumns {
  readonly #scopes: ScopeStack

  constructor(scopes: ScopeStack) {
    this.#scopes = scopes
  }

  /** The column that a node names. */
  columnOf(node: OperationNode): ColumnFacts | undefined {
    if (node.kind === 'ColumnNode')
      return this.#scopes.innermost?.target?.byProperty.get((node as ColumnNode).column.name)
    const named = columnOf(node)
    if (named === undefined) return undefined
    const { property, table } = named
    if (table === undefined) return this.#scopes.bare(property)?.column
    if (table.table.schema !== undefined) return undefined
    return this.#scopes.named(table.table.identifier.name)?.facts.byProperty.get(property)
  }

  /** Notes what the expressions of a `with` give to the query. */
  notePassed(scope: QueryScope, around: WithNode | undefined): void {
    for (const { name, expression } of around?.expressions ?? [])
      scope.passed.set(name.table.table.identifier.name, this.#passedOn(expression))
  }

  /** Adds the sources of a query to its scope, with what queries among them give. */
  addSources(sources: readonly OperationNode[]): void {
    this.#scopes.add(sources)
    for (const source of sources) {
      const { alias, node } = source as { readonly alias?: OperationNode; readonly node?: OperationNode }
      const name = alias && nameOf(alias)
      if (name !== undefined && node?.kind === 'SelectQueryNode')
        this.#scopes.innermost?.passed.set(name, this.#passedOn(node))
    }
  }

  /** The columns whose values a query within gives, by name. */
  #passedOn(node: OperationNode): PassedColumns {
    if (node.kind !== 'SelectQueryNode') return new Map()
    const query = node as SelectQueryNode
    const scope = new QueryScope(true)
    return this.#scopes.within(scope, () => {
      this.notePassed(scope, query.with)
      this.addSources(sourcesOf(query))
      return new Map((query.selections ?? []).flatMap(({ selection }) => this.columnsIn(selection)))
    })
  }

  /** The columns that a selection gives, by the names that they have there. */
  columnsIn(selection: OperationNode): readonly (readonly [string, ColumnFacts])[] {
    const { column, table } = selection as Partial<ReferenceNode>
    if (selection.kind === 'SelectAllNode' || column?.kind === 'SelectAllNode')
      return this.#scopes.columnsOf(table?.table.identifier.name)
    const { name, origin } = this.#selected(selection)
    return name === undefined || origin === undefined ? [] : [[name, toColumn(origin)]]
  }

  #selected(selection: OperationNode): Selected {
    const { alias, node } = selection as { readonly alias?: OperationNode; readonly node?: OperationNode }
    return selection.kind === 'AliasNode' && alias !== undefined && node !== undefined
      ? { name: nameOf(alias), origin: this.originOf(node) }
      : { name: columnOf(selection)?.property, origin: this.originOf(selection) }
  }

  /** The column that an expression is of: one itself, or a function or a query within that gives one. */
  originOf(node: OperationNode): Origin | undefined {
    return originOf(node, (one) => {
      if (one.kind !== 'SelectQueryNode') return this.columnOf(one) ?? this.#scopes.passed(columnOf(one))
      const columns = this.#passedOn(one)
      return columns.size === 1 ? columns.values().next().value : undefined
    })
  }
}

/** What a query reads from. */
export function sourcesOf({ from, joins = [] }: SelectQueryNode): OperationNode[] {
  return [...(from?.froms ?? []), ...joins.map(({ table }) => table)]
}

// What names within a query of Kysely stand for: its sources, and those of the queries around it.
import type { AliasNode, ColumnNode, IdentifierNode, OperationNode, ReferenceNode, TableNode } from 'kysely'
import { QueryError } from '../errors.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'

/** A table of the code, by the name that the query has for it. */
export interface NamedSource {
  readonly facts: TableFacts
  readonly hasAlias: boolean
}

/** One query: its sources, and what it calls by itself. */
export class QueryScope {
  /** By alias or key; undefined for a source whose columns are not known here, as a query within, which gives properties. */
  readonly sources = new Map<string, NamedSource | undefined>()
  /** Names of `with`, which hide tables. */
  readonly expressions = new Set<string>()
  /** What `excluded` stands for, and whose columns a query sets. */
  target: TableFacts | undefined
  /** Whether columns may be written with the name of their table. */
  readonly isSelect: boolean
  /** References of `order by` to what the query gives. */
  outputs: ReadonlySet<OperationNode> = new Set()
  /** Whether a source has no name, so that not all can be listed. */
  hasNameless = false

  constructor(isSelect: boolean) {
    this.isSelect = isSelect
  }
}

/** The queries around a node, the innermost last. */
export class ScopeStack {
  readonly #tables: ReadonlyMap<string, TableFacts>
  readonly #scopes: QueryScope[] = []

  constructor(tables: ReadonlyMap<string, TableFacts>) {
    this.#tables = tables
  }

  get innermost(): QueryScope | undefined {
    return this.#scopes.at(-1)
  }

  within<T>(scope: QueryScope, work: () => T): T {
    this.#scopes.push(scope)
    try {
      return work()
    } finally {
      this.#scopes.pop()
    }
  }

  /** The table that a source names, unless a `with` hides it or it is of another schema. */
  tableOf({ table: { schema, identifier } }: TableNode): TableFacts | undefined {
    const { name } = identifier
    const isHidden = schema !== undefined || this.#scopes.some(({ expressions }) => expressions.has(name))
    return isHidden ? undefined : this.#tables.get(name)
  }

  /** Notes the sources of the innermost query. */
  add(sources: readonly OperationNode[]): void {
    const scope = this.innermost as QueryScope
    for (const source of sources) {
      const alias = source.kind === 'AliasNode' ? nameOf((source as AliasNode).alias) : undefined
      const node = source.kind === 'AliasNode' ? (source as AliasNode).node : source
      const table = node.kind === 'TableNode' ? (node as TableNode) : undefined
      const facts = table && this.tableOf(table)
      const name = alias ?? (source === node ? table?.table.identifier.name : undefined)
      if (name === undefined) scope.hasNameless = true
      else scope.sources.set(name, facts && { facts, hasAlias: alias !== undefined })
    }
  }

  /** A source by its name, from the inside out; a table of the code where no query has it. */
  named(name: string): NamedSource | undefined {
    for (const { sources, target } of this.#scopes.toReversed()) {
      if (sources.has(name)) return sources.get(name)
      if (name === 'excluded' && target !== undefined) return { facts: target, hasAlias: true }
    }
    const facts = this.#tables.get(name)
    return facts && { facts, hasAlias: false }
  }

  /**
   * The column that a name without a table stands for, and the name of its source.
   *
   * @throws {QueryError} where several sources have it, and one by another name in the database, which would take it alone
   */
  bare(property: string): { readonly source: string; readonly column: ColumnFacts } | undefined {
    for (const scope of this.#scopes.toReversed()) {
      const found = [...scope.sources].flatMap(([source, named]) => {
        const column = named?.facts.byProperty.get(property)
        return column === undefined ? [] : [{ source, column }]
      })
      if (found.length > 1) return refuseAmbiguous(found, property)
      if (found[0] !== undefined) return found[0]
      if (scope.hasNameless || [...scope.sources.values()].includes(undefined)) return undefined
    }
    return undefined
  }
}

function refuseAmbiguous(
  found: readonly { readonly source: string; readonly column: ColumnFacts }[],
  property: string,
): undefined {
  // The database finds that by itself where it knows the name.
  if (found.every(({ column }) => column.name === property)) return undefined
  const names = found.map(({ source }) => `'${source}.${property}'`)
  throw new QueryError({
    message: `kysely: '${property}' is a column of several sources. Write ${names.join(' or ')}.`,
  })
}

function nameOf(alias: OperationNode): string | undefined {
  return alias.kind === 'IdentifierNode' ? (alias as IdentifierNode).name : undefined
}

/** A reference to a column, by itself or of a table; undefined for others. */
export function columnOf(
  node: OperationNode,
): { readonly property: string; readonly table: TableNode | undefined } | undefined {
  if (node.kind !== 'ReferenceNode') return undefined
  const { column, table } = node as ReferenceNode
  if (column.kind !== 'ColumnNode') return undefined
  return { property: (column as ColumnNode).column.name, table }
}

// What names within a query of Kysely stand for: its sources, and those of the queries around it.
import type { AliasNode, ColumnNode, IdentifierNode, OperationNode, ReferenceNode, TableNode } from 'kysely'
import { QueryError } from '../errors.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'

/** A table of the code, by the name that the query has for it. */
export interface NamedSource {
  readonly facts: TableFacts
  readonly hasAlias: boolean
}

/** Columns whose values a query within gives, by the names that it gives them. */
export type PassedColumns = ReadonlyMap<string, ColumnFacts>

/** One query: its sources, and what it calls by itself. */
export class QueryScope {
  /** By alias or key; undefined for a source whose columns are not known here, as a query within, which gives properties. */
  readonly sources = new Map<string, NamedSource | undefined>()
  /** Names of `with`, which hide tables. */
  readonly expressions = new Set<string>()
  /** By name of a query within, or of a `with`. */
  readonly passed = new Map<string, PassedColumns>()
  /** Keys of tables and of `with` by their alias. */
  readonly renamed = new Map<string, string>()
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

  get isOutermost(): boolean {
    return this.#scopes.length === 1
  }

  /** A column that a query within passes on. */
  passed(named: ReturnType<typeof columnOf>): ColumnFacts | undefined {
    if (named === undefined) return undefined
    const { property, table } = named
    for (const scope of this.#scopes.toReversed()) {
      if (table !== undefined && !scope.sources.has(table.table.identifier.name)) continue
      const names = table === undefined ? scope.sources.keys() : [table.table.identifier.name]
      const found = [...names].flatMap((name) => this.#passedBy(name, scope)?.get(property) ?? [])
      if (found.length > 0) return found.length === 1 ? found[0] : undefined
    }
    return undefined
  }

  /** All columns of the sources of the innermost query, or of one of them. */
  columnsOf(source?: string): (readonly [string, ColumnFacts])[] {
    const scope = this.innermost
    if (scope === undefined) return []
    const names = source === undefined ? [...scope.sources.keys()] : [source]
    return names.flatMap((name) => [
      ...(this.named(name)?.facts.byProperty ?? this.#passedBy(name, scope) ?? []),
    ])
  }

  /** Through an alias of a `with` as well. */
  #passedBy(name: string, scope: QueryScope): PassedColumns | undefined {
    const own = scope.passed.get(name)
    if (own !== undefined) return own
    const key = scope.renamed.get(name) ?? name
    return this.#scopes.findLast(({ passed }) => passed.has(key))?.passed.get(key)
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
      const { alias, node } = aliased(source)
      const table = node.kind === 'TableNode' ? (node as TableNode) : undefined
      const facts = table && this.tableOf(table)
      const name = alias ?? (source === node ? table && keyOf(table) : undefined)
      if (alias !== undefined && table !== undefined) scope.renamed.set(alias, keyOf(table))
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

  /** How a source is called in the text. */
  written(name: string): string {
    const source = this.named(name)
    return source === undefined || source.hasAlias ? name : source.facts.name
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

function keyOf({ table }: TableNode): string {
  return table.identifier.name
}

function aliased(source: OperationNode): {
  readonly alias: string | undefined
  readonly node: OperationNode
} {
  if (source.kind !== 'AliasNode') return { alias: undefined, node: source }
  const { alias, node } = source as AliasNode
  return { alias: nameOf(alias), node }
}

/** The name of an identifier. */
export function nameOf(alias: OperationNode): string | undefined {
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

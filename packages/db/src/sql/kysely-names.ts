// Queries of Kysely in the names of the database, with values as their columns keep them.
import type {
  BinaryOperationNode,
  ColumnNode,
  ColumnUpdateNode,
  CommonTableExpressionNameNode,
  DeleteQueryNode,
  FunctionNode,
  InsertQueryNode,
  MergeQueryNode,
  OperationNode,
  QueryId,
  ReferenceNode,
  ReturningNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
  WithNode,
} from 'kysely'
import type { Dialect } from '../adapter/index.ts'
import type { ColumnFacts, TablesFacts } from '../table/index.ts'
import { encodeOnceThere, encodeValue } from './encode-input.ts'
import { QueryColumns, sourcesOf } from './kysely-columns.ts'
import { reading } from './kysely-origin.ts'
import { GivenSelections, outputsOf } from './kysely-selections.ts'
import type { Readings } from './decode.ts'
import { withChosen, withRows, withValues } from './kysely-values.ts'
import { columnNode, reference, tableNode } from './kysely-nodes.ts'
import { columnOf, QueryScope, ScopeStack } from './kysely-scope.ts'
import { loadKysely } from './load-kysely.ts'

/** Operators that compare with a value of the column. */
const COMPARES: ReadonlySet<string> = new Set([
  '=',
  '==',
  '!=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'is',
  'is not',
  'is distinct from',
  'is not distinct from',
])

/** A query with the expressions of its `with`. */
type Query = OperationNode & { readonly with?: WithNode }

/** Writes queries in the names of the database; what they give has those of the code. */
export interface KyselyNames {
  write<T extends OperationNode>(node: T, id: QueryId): NamedQuery<T>
}

/** A query in the names of the database. */
export interface NamedQuery<T extends OperationNode> {
  readonly node: T
  /** How its result is read, where it has more than columns of tables. */
  readonly readings: Readings | undefined
}

type NamesClass = new (tables: TablesFacts, dialect: Dialect) => KyselyNames

let made: NamesClass | undefined

/** Makes the names of a database; only now is Kysely there, whose class they extend. */
export function createKyselyNames(tables: TablesFacts, dialect: Dialect): KyselyNames {
  made ??= defineNames()
  return new made(tables, dialect)
}

// oxlint-disable-next-line max-lines-per-function -- one class
function defineNames(): NamesClass {
  return class extends loadKysely().OperationNodeTransformer implements KyselyNames {
    readonly #dialect: Dialect
    readonly #scopes: ScopeStack
    readonly #columns: QueryColumns
    readonly #given: GivenSelections
    #found: Readings | undefined

    constructor({ tables }: TablesFacts, dialect: Dialect) {
      super()
      this.#dialect = dialect
      this.#scopes = new ScopeStack(tables)
      this.#columns = new QueryColumns(this.#scopes)
      this.#given = new GivenSelections(this.#scopes, this.#columns)
    }

    write<T extends OperationNode>(node: T, id: QueryId): NamedQuery<T> {
      this.#found = undefined
      return { node: this.transformNode(node, id), readings: this.#found }
    }

    protected override transformTable(node: TableNode): TableNode {
      const facts = this.#scopes.tableOf(node)
      return facts === undefined ? node : tableNode(facts.name)
    }

    /** Of a statement that sets or lists its own columns. */
    protected override transformColumn(node: ColumnNode): ColumnNode {
      const column = this.#scopes.innermost?.target?.byProperty.get(node.column.name)
      return column === undefined ? node : columnNode(column.name)
    }

    protected override transformReference(node: ReferenceNode, id?: QueryId): ReferenceNode {
      const { innermost } = this.#scopes
      if (innermost?.outputs.has(node) === true || node.table?.table.schema !== undefined) return node
      const named = columnOf(node)
      if (named === undefined) return this.#wholeOf(node) ?? super.transformReference(node, id)
      const { property, table } = named
      if (table === undefined) return this.#alone(node, property)
      const key = table.table.identifier.name
      const name = this.#scopes.named(key)?.facts.byProperty.get(property)?.name ?? property
      return reference(name, this.#scopes.written(key))
    }

    /** A name without a table. */
    #alone(node: ReferenceNode, property: string): ReferenceNode {
      const found = this.#scopes.bare(property)
      if (found === undefined) return node
      const { name } = found.column
      const { isSelect = false, sources } = this.#scopes.innermost ?? {}
      if (!isSelect) return reference(name)
      // A column may have the name of what the query gives, which `order by` would take, or of a column of another source.
      return name === property && sources?.size === 1
        ? node
        : reference(name, this.#scopes.written(found.source))
    }

    protected override transformCommonTableExpressionName(
      node: CommonTableExpressionNameNode,
    ): CommonTableExpressionNameNode {
      return node
    }

    protected override transformWith(node: WithNode, id?: QueryId): WithNode {
      const hidden = this.#scopes.innermost?.expressions
      const names = node.expressions.map(({ name }) => name.table.table.identifier.name)
      if (node.recursive === true) for (const name of names) hidden?.add(name)
      const expressions = node.expressions.map((expression, at) => {
        const transformed = this.transformNode(expression, id)
        hidden?.add(names[at] as string)
        return transformed
      })
      return { ...node, expressions }
    }

    protected override transformSelectQuery(node: SelectQueryNode, id?: QueryId): SelectQueryNode {
      return this.#within(node, { sources: sourcesOf(node), isSelect: true }, (query, scope) => {
        scope.outputs = outputsOf(query)
        this.#noteResult(query.selections)
        const { selections } = query
        return super.transformSelectQuery(
          selections === undefined ? query : { ...query, selections: this.#given.of(selections) },
          id,
        )
      })
    }

    protected override transformReturning(node: ReturningNode, id?: QueryId): ReturningNode {
      this.#noteResult(node.selections)
      return super.transformReturning({ ...node, selections: this.#given.of(node.selections) }, id)
    }

    protected override transformDeleteQuery(node: DeleteQueryNode, id?: QueryId): DeleteQueryNode {
      const { from, using, joins = [] } = node
      const sources = [...from.froms, ...(using?.tables ?? []), ...joins.map(({ table }) => table)]
      return this.#within(node, { sources }, (query) => super.transformDeleteQuery(query, id))
    }

    protected override transformUpdateQuery(node: UpdateQueryNode, id?: QueryId): UpdateQueryNode {
      const { table, from, joins = [] } = node
      const sources = [...(from?.froms ?? []), ...joins.map((join) => join.table)]
      return this.#within(node, { target: table, sources }, (query) => super.transformUpdateQuery(query, id))
    }

    protected override transformMergeQuery(node: MergeQueryNode, id?: QueryId): MergeQueryNode {
      const sources = node.using === undefined ? [] : [node.using.table]
      return this.#within(node, { target: node.into, sources }, (query) =>
        super.transformMergeQuery(query, id),
      )
    }

    protected override transformInsertQuery(node: InsertQueryNode, id?: QueryId): InsertQueryNode {
      const { target } = this.#scopes.innermost ?? {}
      const { into } = node
      return this.#within(node, { target: into, sources: [] }, (query, scope) => {
        // An insert of a merge names no table: it is that of the merge.
        scope.target ??= into === undefined ? target : undefined
        const { columns, values } = query
        if (columns === undefined || values?.kind !== 'ValuesNode')
          return super.transformInsertQuery(query, id)
        const facts = columns.map(({ column }) => scope.target?.byProperty.get(column.name))
        const encoded = withRows(values, (value, at) => this.#encode(value, facts[at]))
        return super.transformInsertQuery({ ...query, values: encoded }, id)
      })
    }

    protected override transformColumnUpdate(node: ColumnUpdateNode, id?: QueryId): ColumnUpdateNode {
      return super.transformColumnUpdate({ ...node, value: this.#beside(node.column, node.value) }, id)
    }

    protected override transformBinaryOperation(
      node: BinaryOperationNode,
      id?: QueryId,
    ): BinaryOperationNode {
      const { operator } = node.operator as { readonly operator?: string }
      const { leftOperand, rightOperand } = node
      if (operator === undefined || !COMPARES.has(operator)) return super.transformBinaryOperation(node, id)
      return super.transformBinaryOperation(
        { ...node, rightOperand: this.#beside(leftOperand, rightOperand) },
        id,
      )
    }

    /** Values beside a column within a function that chooses one of them. */
    protected override transformFunction(node: FunctionNode, id?: QueryId): FunctionNode {
      const { column, changedBy } = this.#columns.originOf(node) ?? {}
      return super.transformFunction(
        column === undefined || changedBy !== undefined
          ? node
          : {
              ...node,
              arguments: withChosen(node.arguments, column, (value) =>
                encodeValue(value, column, this.#dialect),
              ),
            },
        id,
      )
    }

    /** Goes into a query: first its `with`, which knows nothing of its sources, then the rest. */
    #within<Q extends Query>(
      node: Q,
      { target, sources, isSelect = false }: Sources,
      work: (query: Q, scope: QueryScope) => Q,
    ): Q {
      const scope = new QueryScope(isSelect)
      return this.#scopes.within(scope, () => {
        const { with: around, ...rest } = node
        this.#columns.notePassed(scope, around)
        const expressions = around && this.transformNode(around)
        if (target !== undefined) this.#scopes.add([target])
        scope.target = [...scope.sources.values()][0]?.facts
        this.#columns.addSources(sources)
        const query = work(rest as unknown as Q, scope)
        return expressions === undefined ? query : { ...query, with: expressions }
      })
    }

    /** Notes how values of the result are read; of plain columns the database tells it too. */
    #noteResult(selections: readonly SelectionNode[] | undefined): void {
      if (!this.#scopes.isOutermost) return
      const found = (selections ?? [])
        .flatMap(({ selection }) => this.#columns.columnsIn(selection))
        .flatMap(([name, column]): [string, (value: unknown) => unknown][] => {
          const read = reading(column, this.#dialect)
          return read === undefined ? [] : [[name, read]]
        })
      if (found.length > 0) this.#found = new Map(found)
    }

    /** All columns of a source. */
    #wholeOf({ table, ...rest }: ReferenceNode): ReferenceNode | undefined {
      return table && { ...rest, table: tableNode(this.#scopes.written(table.table.identifier.name)) }
    }

    /** The value node beside a column, its values as the column keeps them. */
    #beside(left: OperationNode, right: OperationNode): OperationNode {
      const origin = this.#columns.originOf(left)
      const facts = origin?.changedBy === undefined ? origin?.column : undefined
      return facts === undefined ? right : withValues(right, (value) => this.#encode(value, facts))
    }

    #encode(value: unknown, column: ColumnFacts | undefined): unknown {
      return column === undefined
        ? value
        : encodeOnceThere(value, (given) => encodeValue(given, column, this.#dialect))
    }
  }
}

interface Sources {
  /** The table that the statement changes; a list for several. */
  readonly target?: OperationNode | undefined
  readonly sources: readonly OperationNode[]
  readonly isSelect?: boolean
}

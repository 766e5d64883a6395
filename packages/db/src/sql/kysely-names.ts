// Queries of Kysely in the names of the database, with values as their columns keep them.
import type {
  BinaryOperationNode,
  ColumnNode,
  ColumnUpdateNode,
  DeleteQueryNode,
  IdentifierNode,
  InsertQueryNode,
  OperationNode,
  QueryId,
  ReferenceNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
} from 'kysely'
import type { Dialect } from '../adapter/index.ts'
import type { ColumnFacts, TableFacts, TablesFacts } from '../table/index.ts'
import { encodeInput } from './encode-input.ts'
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

type Scope = ReadonlyMap<string, TableFacts>

/** Properties to names and back, of all tables of a database. */
export interface KyselyNames {
  transformNode<T extends OperationNode>(node: T, id?: QueryId): T
  /** A row with properties as names. */
  toRow(row: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Whether any name differs from its property. */
  readonly hasOthers: boolean
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
    readonly #tables: ReadonlyMap<string, TableFacts>
    readonly #dialect: Dialect
    readonly #names = new Map<string, string>()
    readonly #properties = new Map<string, string>()
    readonly #scopes: Scope[] = []

    constructor({ tables }: TablesFacts, dialect: Dialect) {
      super()
      this.#tables = tables
      this.#dialect = dialect
      for (const { columns } of tables.values())
        for (const { property, name } of columns)
          if (property !== name) {
            this.#names.set(property, name)
            this.#properties.set(name, property)
          }
    }

    /** A row with properties as names. */
    toRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
      const made: Record<string, unknown> = {}
      for (const name in row) made[this.#properties.get(name) ?? name] = row[name]
      return made
    }

    /** Whether any name differs from its property. */
    get hasOthers(): boolean {
      return this.#properties.size > 0
    }

    protected override transformIdentifier(node: IdentifierNode, id?: QueryId): IdentifierNode {
      const { name, ...rest } = super.transformIdentifier(node, id)
      return { ...rest, name: this.#names.get(name) ?? name }
    }

    protected override transformTable(node: TableNode, id?: QueryId): TableNode {
      const { identifier } = node.table
      const facts = this.#tables.get(identifier.name)
      if (facts === undefined || node.table.schema !== undefined) return super.transformTable(node, id)
      return { ...node, table: { ...node.table, identifier: { ...identifier, name: facts.name } } }
    }

    protected override transformSelectQuery(node: SelectQueryNode, id?: QueryId): SelectQueryNode {
      const sources = [...(node.from?.froms ?? []), ...(node.joins ?? []).map(({ table }) => table)]
      return this.#within(sources, () => super.transformSelectQuery(node, id))
    }

    protected override transformDeleteQuery(node: DeleteQueryNode, id?: QueryId): DeleteQueryNode {
      return this.#within(node.from.froms, () => super.transformDeleteQuery(node, id))
    }

    protected override transformUpdateQuery(node: UpdateQueryNode, id?: QueryId): UpdateQueryNode {
      const sources = [...(node.table === undefined ? [] : [node.table]), ...(node.from?.froms ?? [])]
      return this.#within(sources, () => super.transformUpdateQuery(node, id))
    }

    protected override transformInsertQuery(node: InsertQueryNode, id?: QueryId): InsertQueryNode {
      const { into, columns, values } = node
      return this.#within(into === undefined ? [] : [into], () => {
        if (columns === undefined || values?.kind !== 'ValuesNode')
          return super.transformInsertQuery(node, id)
        const facts = columns.map(({ column }) => this.#columnOf(column.name))
        const encoded = withRows(values, (value, at) => this.#encode(value, facts[at]))
        return super.transformInsertQuery({ ...node, values: encoded }, id)
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

    #within<T>(sources: readonly OperationNode[], work: () => T): T {
      this.#scopes.push(new Map(sources.flatMap((source) => this.#sourceOf(source))))
      try {
        return work()
      } finally {
        this.#scopes.pop()
      }
    }

    #sourceOf(source: OperationNode): [string, TableFacts][] {
      const { alias, node } = source as { readonly alias?: OperationNode; readonly node?: OperationNode }
      const key = tableName(node ?? source)
      const facts = key === undefined ? undefined : this.#tables.get(key)
      if (key === undefined || facts === undefined) return []
      return [[(alias as Partial<IdentifierNode> | undefined)?.name ?? key, facts]]
    }

    #columnOf(property: string, table?: string): ColumnFacts | undefined {
      for (const scope of this.#scopes.toReversed()) {
        const sources = table === undefined ? [...scope.values()] : [scope.get(table)]
        const found = sources.flatMap((facts) => facts?.byProperty.get(property) ?? [])
        if (found.length > 0) return found.length === 1 ? found[0] : undefined
      }
      return undefined
    }

    /** The value node beside a column, its values as the column keeps them. */
    #beside(left: OperationNode, right: OperationNode): OperationNode {
      const { column, table } = columnIn(left)
      const facts = column === undefined ? undefined : this.#columnOf(column.column.name, table)
      return facts === undefined ? right : withValues(right, (value) => this.#encode(value, facts))
    }

    #encode(value: unknown, column: ColumnFacts | undefined): unknown {
      return column === undefined ? value : encodeInput(value, column, this.#dialect)
    }
  }
}

/** A column by itself, or of a table. */
function columnIn(node: OperationNode): {
  readonly column?: ColumnNode
  readonly table?: string | undefined
} {
  if (node.kind === 'ColumnNode') return { column: node as ColumnNode }
  if (node.kind !== 'ReferenceNode') return {}
  const { column, table } = node as ReferenceNode
  if (column.kind !== 'ColumnNode') return {}
  return { column, table: table === undefined ? undefined : tableName(table) }
}

function tableName(node: OperationNode): string | undefined {
  return node.kind === 'TableNode' ? (node as TableNode).table.identifier.name : undefined
}

type Encode = (value: unknown, at: number) => unknown

function withRows(node: OperationNode, encode: Encode): OperationNode {
  const { values } = node as unknown as { readonly values: readonly OperationNode[] }
  return { ...node, values: values.map((row) => withValues(row, encode)) } as OperationNode
}

/** A node of one value or of a list of them; others stay as they are. */
function withValues(node: OperationNode, encode: Encode): OperationNode {
  switch (node.kind) {
    case 'ValueNode':
      return withValue(node, encode, 0)
    case 'PrimitiveValueListNode': {
      const { values } = node as unknown as { readonly values: readonly unknown[] }
      return { ...node, values: values.map(encode) } as OperationNode
    }
    case 'ValueListNode': {
      const { values } = node as unknown as { readonly values: readonly OperationNode[] }
      return {
        ...node,
        values: values.map((one, at) => (one.kind === 'ValueNode' ? withValue(one, encode, at) : one)),
      } as OperationNode
    }
    default:
      return node
  }
}

function withValue(node: OperationNode, encode: Encode, at: number): OperationNode {
  const { immediate, value } = node as unknown as { readonly immediate?: boolean; readonly value: unknown }
  return immediate === true ? node : ({ ...node, value: encode(value, at) } as OperationNode)
}

import {
  ConditionError,
  isCondition,
  type Condition,
  type ConditionColumns,
  type ConditionNode,
} from '@keelson/core/conditions'
import {
  anything,
  checkCallOptions,
  describeValue,
  oneOf,
  optionTable,
  required,
  text,
} from '@keelson/core/options'
import { comparisonSql } from './comparison-sql.ts'
import type {
  QueryColumn,
  SqlNode,
  ToWhereOptions,
  WhereBuilder,
  WhereDialect,
  WhereExpression,
} from './contract.ts'
import { MARIADB, MYSQL } from './mysql-sql.ts'
import { POSTGRES } from './postgres-sql.ts'
import { joined, sql, type RawNode } from './sql-node.ts'
import { SQLITE } from './sqlite-sql.ts'

const DIALECTS: readonly WhereDialect[] = ['mariadb', 'mysql', 'postgresql', 'sqlite']
const EXACT = { mariadb: MARIADB, mysql: MYSQL, postgresql: POSTGRES, sqlite: SQLITE } as const

const TO_WHERE_OPTIONS = optionTable<ToWhereOptions<object>>({
  dialect: required(oneOf(DIALECTS, 'The database that the query is for.')),
  columns: required(anything('The columns of the condition.', { what: 'columns by name' })),
  table: text('Name or alias of the table in the query.', { minLength: 1 }),
})

type Comparison = Extract<ConditionNode, { readonly column: string }>
type Write = (comparison: Comparison) => SqlNode

/**
 * A condition as an expression for `where` of [Kysely](https://kysely.dev): it selects the records for which the condition holds, those that
 * `can` admits one by one. Texts are compared as bytes, whatever the collation of their column, and a value of another kind than its column
 * is compared with nothing: it never reaches the server.
 *
 * It is for tables that `@keelson/db` does not know; for its own there is `db.where`. The columns have their usual types: `timestamptz` and `uuid` on PostgreSQL,
 * `datetime` on MySQL, ISO 8601 text for instants on SQLite. Drivers are told to read what a rule takes: days as texts, booleans as booleans (`date` of pg and
 * mysql2, `tinyint(1)` of mysql2); a record with a value of another type is an error where `can` judges it.
 *
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` without a dialect or columns
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a column that `columns` lacks, and for what a database cannot compare exactly: decimals and
 *   whole documents on SQLite
 * @example
 * import { conditionsOn } from '@keelson/core/conditions'
 *
 * const columns = { id: { kind: 'integer' }, customerId: { kind: 'text' } } as const
 * const own = conditionsOn(columns).customerId.is('ada')
 * // kysely.selectFrom('orders').selectAll().where(ofAda)
 * const ofAda = (eb: WhereBuilder) => toWhere(own, eb, { dialect: 'mysql', columns })
 */
export function toWhere<TColumns extends ConditionColumns>(
  condition: Condition<TColumns>,
  eb: WhereBuilder,
  options: ToWhereOptions<NoInfer<TColumns>>,
): WhereExpression {
  checkCallOptions(TO_WHERE_OPTIONS, options, { name: 'toWhere', below: toWhere as never })
  if (!isCondition(condition))
    throw new ConditionError(
      `The first argument of toWhere() must be a condition, not ${describeValue(condition)}.`,
    )
  const { dialect } = options
  const columnOf = columnsOf(eb, options)
  const write: Write = (comparison) => comparisonSql(comparison, { columnOf, exact: EXACT[dialect], dialect })
  // Whatever it stands beside.
  const node = sql`(${treeSql(condition, write)})`
  return Object.freeze({ expressionType: undefined, toOperationNode: () => node })
}

/** Columns as the query names them, by Kysely's own rules of names. */
function columnsOf(
  eb: WhereBuilder,
  { columns, table }: ToWhereOptions<object>,
): (name: string) => QueryColumn {
  return (name) => {
    const about = Object.hasOwn(columns, name) ? (columns as ConditionColumns)[name] : undefined
    if (about === undefined)
      throw new ConditionError(
        `The condition asks for '${name}', and \`columns\` of toWhere() are ${Object.keys(columns).join(', ')}. Add it to them.`,
      )
    const place = table === undefined ? name : `${table}.${name}`
    const reference = eb.ref(place as never) as { toOperationNode(): SqlNode }
    return { node: reference.toOperationNode(), name, about, isQualified: table !== undefined }
  }
}

function treeSql(node: ConditionNode, write: Write): SqlNode {
  switch (node.op) {
    case 'always':
      return sql`1 = 1`
    case 'never':
      return sql`1 = 0`
    case 'unknown':
      return sql`null`
    case 'all':
      return grouped(
        node.of.map((one) => treeSql(one, write)),
        ' and ',
      )
    case 'any':
      return grouped(
        node.of.map((one) => treeSql(one, write)),
        ' or ',
      )
    case 'not':
      return sql`not (${treeSql(node.of, write)})`
    default:
      return write(node)
  }
}

/** How many stand side by side: a row of them is as deep as it is long, and SQLite allows a depth of 1,000. */
const MOST_JOINED = 100

function grouped(nodes: readonly SqlNode[], sign: ' and ' | ' or '): RawNode {
  if (nodes.length <= MOST_JOINED) return joined(nodes, sign)
  const groups: SqlNode[] = []
  for (let at = 0; at < nodes.length; at += MOST_JOINED)
    groups.push(joined(nodes.slice(at, at + MOST_JOINED), sign))
  return grouped(groups, sign)
}

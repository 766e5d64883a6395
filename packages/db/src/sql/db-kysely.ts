// `db.kysely`: queries that Kysely writes and we run.
import type {
  Compilable,
  CompiledQuery,
  DatabaseConnection,
  Dialect as KyselyDialect,
  Driver,
  Expression,
  Kysely,
  QueryResult,
  SqlBool,
} from 'kysely'
import type { Where } from '@keelson/core/conditions'
import type { Dialect, DriverValue } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { conditionPart, type WhereOptions, type WhereTable } from './condition-part.ts'
import { KyselyConditions } from './kysely-condition.ts'
import { createKyselyNames } from './kysely-names.ts'
import { loadKysely } from './load-kysely.ts'
import { PlannedCompiler, readingsOf } from './planned-compiler.ts'
import { PreparedQuery, type QueryParameters } from './prepared-query.ts'
import { watchedBuilder } from './watched-builder.ts'
import type { TextRunner } from './run-text.ts'
import type { SqlTable } from './sql-table.ts'

/** The tables of a database as Kysely has them: by the keys and properties of the code. */
export type KyselyTables<TS extends { readonly [key: string]: SqlTable }> = {
  readonly [K in keyof TS]: TS[K]['~row']
}

/** Queries by Kysely. */
export interface DatabaseKysely<TS extends { readonly [key: string]: SqlTable }> {
  /**
   * Kysely on this database, in the transaction around if there is one. Names are those of the code, and values are as repositories have
   * them, where they stand beside a column; so are `min`, `max`, `sum` and `coalesce` of one, and a count is a number. Values of other
   * expressions are the driver's.
   * Transactions are `db.transaction(…)`, not Kysely's.
   */
  readonly kysely: Kysely<KyselyTables<TS>>
  /** Kysely on some of the tables, which the compiler checks faster. */
  select<K extends keyof TS & string>(...tables: readonly K[]): Kysely<KyselyTables<Pick<TS, K>>>
  /**
   * What a `where` of a repository says, for queries of Kysely: `.selectFrom('orders as o').where(db.where(Orders, visible, { alias: 'o' }))`. It holds for the
   * rows that the repository finds by it, and for those that were deleted softly.
   *
   * @throws {ConditionError} `ERR_CORE_CONDITION` for `undefined`
   * @throws {InvalidValueError} `ERR_DB_VALUE`, 400, for a value of equalities that its column does not take
   * @throws {QueryError} `ERR_DB_QUERY` for a property that the table does not have, and in a query of `prepare`, which would keep the condition of its first run
   */
  where<T extends WhereTable>(
    table: T,
    where: Where<T['columns']>,
    options?: WhereOptions,
  ): Expression<SqlBool>
  /**
   * Compiles a query once, at its first run. Where it asks which of its optional values a run says, by `param.has('status')`, it is compiled once for
   * each set of them: what is not said is not in the statement.
   *
   * @param make - writes it; `param('status')` stands for a value of each run
   * @returns runs it with values by name; rejects with {@link QueryError} `ERR_DB_QUERY` for one that is missing, `undefined` or of no parameter
   */
  prepare<P extends object, O>(
    // Nothing is inferred of it: to look would take the compiler 64,000 instantiations, for the variance of Kysely's types.
    make: (kysely: NoInfer<Kysely<KyselyTables<TS>>>, param: QueryParameters<P>) => Compilable<O>,
  ): (values: P) => Promise<readonly O[]>
}

const CONDITION_IN_PREPARED =
  'db.where stands in a query that is prepared, whose condition would be that of the first run in every later one. Build the query by db.kysely, or write the comparison with param(…).'

/** Makes `kysely`, `select`, `where` and `prepare`. They need no open database until they are used. */
export function createKysely(runner: TextRunner): DatabaseKysely<{ readonly [key: string]: SqlTable }> {
  let made: Kysely<KyselyTables<{ readonly [key: string]: SqlTable }>> | undefined
  const kysely = (): NonNullable<typeof made> =>
    (made ??= watchedBuilder(new (loadKysely().Kysely)({ dialect: dialectOf(runner) }), (execute, work) =>
      runner.session.operation('kysely', execute, work),
    ))
  const conditions = new KyselyConditions()
  let isPreparing = false
  const prepare = (make: () => Compilable): Compilable => {
    isPreparing = true
    try {
      return make()
    } finally {
      isPreparing = false
    }
  }
  return {
    get kysely() {
      return kysely()
    },
    // The types alone are narrower.
    select: () => kysely() as never,
    where: function where(table, given, options) {
      if (isPreparing) throw new QueryError({ message: CONDITION_IN_PREPARED })
      return conditions.toExpression(conditionPart(table, given, { options, below: where }), runner.dialect)
    },
    prepare: (make) => {
      const query = new PreparedQuery((param) => prepare(() => make(kysely(), param as never)))
      const prepared = (given: object): Promise<never> =>
        runner.session.operation('kysely', prepared, async () => {
          const { compiled, values } = query.with(given)
          const { rows } = await run(compiled, runner, values)
          // What the query gives, its builder says.
          return rows as never
        })
      return prepared
    },
  }
}

async function run<R>(
  compiled: CompiledQuery,
  runner: TextRunner,
  values = compiled.parameters as readonly DriverValue[],
): Promise<QueryResult<R>> {
  const result = await runner.run({
    text: compiled.sql,
    values,
    isKept: true,
    label: 'kysely',
    readings: readingsOf(compiled),
  })
  // What the query gives, its builder says.
  const rows = result.rows as R[]
  return compiled.query.kind === 'SelectQueryNode'
    ? { rows }
    : { rows, numAffectedRows: BigInt(result.affected) }
}

function dialectOf(runner: TextRunner): KyselyDialect {
  const parts = partsOf(runner.dialect)
  return {
    createDriver: () => new SessionDriver(runner),
    createQueryCompiler: () =>
      new PlannedCompiler(createKyselyNames(runner.tables, runner.dialect), new parts.Compiler()),
    createAdapter: () => new parts.Adapter(),
    createIntrospector: (db) => new parts.Introspector(db),
  }
}

function partsOf({ system }: Dialect) {
  const kysely = loadKysely()
  switch (system) {
    case 'postgresql':
      return {
        Compiler: kysely.PostgresQueryCompiler,
        Adapter: kysely.PostgresAdapter,
        Introspector: kysely.PostgresIntrospector,
      }
    case 'sqlite':
      return {
        Compiler: kysely.SqliteQueryCompiler,
        Adapter: kysely.SqliteAdapter,
        Introspector: kysely.SqliteIntrospector,
      }
    default:
      return {
        Compiler: kysely.MysqlQueryCompiler,
        Adapter: kysely.MysqlAdapter,
        Introspector: kysely.MysqlIntrospector,
      }
  }
}

/** Hands out the session, which knows the transaction around and takes connections by itself. */
class SessionDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(runner: TextRunner) {
    const executeQuery = <R>(query: CompiledQuery): Promise<QueryResult<R>> => run<R>(query, runner)
    this.#connection = {
      executeQuery,
      streamQuery: () => {
        throw refused('stream()', 'Stream by the repository, db.orders.stream(…), or read in pages.')
      },
    }
  }

  init(): Promise<void> {
    return Promise.resolve()
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection)
  }

  beginTransaction(): Promise<void> {
    return Promise.reject(
      refused('transaction()', 'Use db.transaction(…): queries of db.kysely within it are part of it.'),
    )
  }

  commitTransaction(): Promise<void> {
    return this.beginTransaction()
  }

  /** Called after a transaction that could not begin. */
  rollbackTransaction(): Promise<void> {
    return Promise.resolve()
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  destroy(): Promise<void> {
    return Promise.resolve()
  }
}

function refused(what: string, remedy: string): Error {
  return new QueryError({ message: `db.kysely does not have Kysely's ${what}. ${remedy}` })
}

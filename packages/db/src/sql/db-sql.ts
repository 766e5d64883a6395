// `db.sql`: statements written by hand.
import { compile } from './compile.ts'
import { partsOf, type SqlInput } from './fragment.ts'
import type { TextRunner, WrittenResult } from './run-text.ts'

/** A row whose type nobody said. */
export interface UnknownRow {
  readonly [name: string]: unknown
}

/** Runs statements that are written by hand. */
export interface DatabaseSql {
  /**
   * Runs a statement, in the transaction around if there is one. Each `${…}` is a parameter, a list of them, or a piece that `sql` made.
   *
   * The names of the rows are those of the select list; of columns with one name a row has the last, so give the others names of their own
   * (`a.id as "aId"`). Values that are columns of declared tables come as repositories give them;
   * values of expressions as the driver gives them, but for integers of 64 bits, such as `count(*)`, which are numbers on each system. A sum of decimals is a
   * scaled integer on SQLite, and one of integers text on MySQL and MariaDB: `sum(total) ${sql.as(Orders, 'total')}` reads it as that column.
   *
   * @returns the rows; none for a statement that gives none
   * @throws {QueryError} `ERR_DB_QUERY` for BEGIN, COMMIT, SET and their kin, several statements, a value where a name belongs; on PostgreSQL, MySQL and
   *   MariaDB for an integer of an expression that a number does not hold
   * @throws {TransactionError} `ERR_DB_TRANSACTION` for DDL within a transaction on MySQL and MariaDB, which it would commit
   * @example
   * declare const db: { readonly sql: DatabaseSql }
   * const ids = ['a', 'b']
   * const rows = await db.sql<{ id: string }>`select id from orders where id in (${ids})`
   */
  <Row = UnknownRow>(strings: TemplateStringsArray, ...values: readonly SqlInput[]): Promise<readonly Row[]>
  /** Runs a statement that changes rows. @returns how many */
  affected(strings: TemplateStringsArray, ...values: readonly SqlInput[]): Promise<number>
}

/** Makes `db.sql`. It needs no open database. */
export function createSql(runner: TextRunner): DatabaseSql {
  const run = async (strings: TemplateStringsArray, values: readonly unknown[]): Promise<WrittenResult> => {
    const { isStable, ...compiled } = compile(partsOf(strings, values), runner.dialect)
    return runner.run({ ...compiled, isKept: isStable, label: 'sql', wholeNumbers: true })
  }
  const tag = (strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<never> =>
    // The caller says what the rows are.
    runner.session.operation('sql', tag, async () => (await run(strings, values)).rows as never)
  const affected: DatabaseSql['affected'] = (strings, ...values) =>
    runner.session.operation('sql', affected, async () => (await run(strings, values)).affected)
  return Object.freeze(Object.assign(tag, { affected }))
}

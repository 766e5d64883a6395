import {
  StatementCache,
  type DriverValue,
  type MaybePromise,
  type Result,
  type Statement,
} from '../adapter/index.ts'
import { type WhereReader, whereReaderOf } from '../condition/index.ts'
import type { Session } from '../session/index.ts'
import { nameRemedy, type ColumnFacts, type TableFacts, type TablesFacts } from '../table/index.ts'
import { uuidMaker } from './made-uuid.ts'
import { tableSqlOf, type TableSql } from './table-sql.ts'

/** Texts of a table whose columns vary: of updates. */
const MAX_STATEMENTS = 200

/** A table on a session: what all operations of its repository work with. */
export class TableAccess {
  readonly session: Session
  readonly facts: TableFacts
  readonly tables: TablesFacts
  /** Of the table in `defineTables`. */
  readonly key: string
  readonly where: WhereReader
  readonly newUuid: (nowMs: number) => string
  readonly #statements = new StatementCache<Statement>(MAX_STATEMENTS)
  #sql: TableSql | undefined
  #nowMs = NaN
  #nowText = ''

  constructor(session: Session, tables: TablesFacts, key: string) {
    const facts = tables.tables.get(key)
    if (facts === undefined)
      throw new TypeError(`The database has no table '${key}'. ${nameRemedy(key, tables.tables.keys())}`)
    this.session = session
    this.facts = facts
    this.tables = tables
    this.key = key
    this.where = whereReaderOf(facts)
    this.newUuid = uuidMaker(session.random)
  }

  /** @throws before the database was opened */
  get sql(): TableSql {
    this.#sql ??= tableSqlOf(this.facts, this.session.dialect)
    return this.#sql
  }

  /** The present instant, as columns have it. */
  now(): string {
    return this.instant(this.session.clock.now())
  }

  /** An instant as columns have it. */
  instant(ms: number): string {
    if (ms !== this.#nowMs) {
      this.#nowMs = ms
      this.#nowText = new Date(ms).toISOString()
    }
    return this.#nowText
  }

  /** A statement that is made once for its shape. */
  statement(shape: string, make: () => string): Statement {
    const known = this.#statements.get(shape)
    if (known !== undefined) return known
    const made: Statement = { text: make(), isRead: false }
    this.#statements.set(shape, made)
    return made
  }

  run(operation: string, statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    return this.session.run({ statement, values, label: `${this.key}.${operation}`, table: this.facts })
  }
}

/** A canonical value as rows have it: a `Date` or a `bigint` where the column asks for it. */
export function toRowValue({ as }: ColumnFacts, value: unknown): unknown {
  if (as === undefined || typeof value !== 'string') return value
  return as === 'Date' ? new Date(value) : BigInt(value)
}

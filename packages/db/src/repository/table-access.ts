import type { DriverValue, MaybePromise, Result, Statement } from '../adapter/index.ts'
import type { ReferenceLookup, Session } from '../session/index.ts'
import type { ColumnFacts, TableFacts, TablesFacts } from '../table/index.ts'
import { BoundedMap } from './bounded-map.ts'
import type { Change } from './changes.ts'
import { uuidMaker } from './made-uuid.ts'
import { encodeValue, tableSqlOf, type TableSql } from './table-sql.ts'
import { whereReaderOf, type WhereReader } from './where.ts'

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
  readonly newUuid: () => string
  readonly #statements = new BoundedMap<Statement>(MAX_STATEMENTS)
  #sql: TableSql | undefined
  #nowMs = NaN
  #nowText = ''

  constructor(session: Session, tables: TablesFacts, key: string) {
    const facts = tables.tables.get(key)
    if (facts === undefined) throw new TypeError(`There is no table '${key}'.`)
    this.session = session
    this.facts = facts
    this.tables = tables
    this.key = key
    this.where = whereReaderOf(facts)
    this.newUuid = uuidMaker(session.clock, session.random)
  }

  /** @throws before the database was opened */
  get sql(): TableSql {
    this.#sql ??= tableSqlOf(this.facts, this.session.dialect)
    return this.#sql
  }

  /** The present instant, as columns have it. */
  now(): string {
    const now = this.session.clock.now()
    if (now !== this.#nowMs) {
      this.#nowMs = now
      this.#nowText = new Date(now).toISOString()
    }
    return this.#nowText
  }

  /** A statement that is made once for its shape. */
  statement(shape: string, make: () => string, isRead = false): Statement {
    return this.#statements.get(shape, () => ({ text: make(), isRead }))
  }

  run(operation: string, statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    return this.session.run({ statement, values, label: `${this.key}.${operation}`, table: this.facts })
  }

  /** Runs a statement that writes these values. */
  write(operation: string, { statement, values, changes }: Write): MaybePromise<Result> {
    return this.session.run({
      statement,
      values,
      label: `${this.key}.${operation}`,
      table: this.facts,
      lookups: this.facts.references.length === 0 ? undefined : () => this.#lookups(changes()),
    })
  }

  /** Asks of each reference whether its row is there. */
  #lookups(changes: readonly Change[]): ReferenceLookup[] {
    const { dialect } = this.sql
    return this.facts.references.flatMap(({ name, columns, to }) => {
      const target = this.tables.tables.get(to)
      const [key] = target?.primary ?? []
      if (target === undefined || key === undefined) return []
      const text = `select 1 from ${dialect.quote(target.name)} where ${dialect.quote(key.name)} = ${dialect.placeholder(1, key)}`
      return changes
        .filter(({ column, value }) => column.property === columns[0] && value !== null)
        .map(({ column, value }) => ({
          reference: name,
          statement: { text, isRead: true },
          values: [encodeValue(column, value)],
        }))
    })
  }
}

/** A statement, and the values that it writes. */
export interface Write {
  readonly statement: Statement
  readonly values: readonly DriverValue[]
  /** Asked only after a failure. */
  readonly changes: () => readonly Change[]
}

/** A canonical value as rows have it: a `Date` or a `bigint` where the column asks for it. */
export function toRowValue({ as }: ColumnFacts, value: unknown): unknown {
  if (as === undefined || typeof value !== 'string') return value
  return as === 'Date' ? new Date(value) : BigInt(value)
}

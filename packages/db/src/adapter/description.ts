// A database as its server describes it: what migrations compare. Names and texts are those of the database, not of code.

/** Everything that a database holds, as far as tables and what stands beside them goes. */
export interface DatabaseDescription {
  readonly tables: ReadonlyMap<string, TableDescription>
  /** What is there and no table value says. A comparison leaves it as it is; a fresh copy needs the `prerequisite` ones. */
  readonly others: readonly OtherObject[]
}

/** An object that no table value says: a view, a trigger, a partial index. */
export interface OtherObject {
  readonly kind: string
  readonly name: string
  /** The statement that makes it, where the server tells it. */
  readonly text: string | undefined
  /** Whether tables may need it to be made: extensions, types, collations; in the order in which they are to be made. */
  readonly isPrerequisite: boolean
}

/** A table. */
export interface TableDescription {
  readonly name: string
  /** In their order. */
  readonly columns: readonly ColumnDescription[]
  /** Undefined for a table without a primary key. */
  readonly primary: PrimaryDescription | undefined
  /** Unique constraints are unique indexes; that of the primary key is none of them. */
  readonly indexes: readonly IndexDescription[]
  readonly checks: readonly CheckDescription[]
  readonly references: readonly ReferenceDescription[]
  /** What follows `create table (…)`: engine, collation, `strict`; empty for nothing. */
  readonly storage: string
  /** What belongs to the table and no table value says: triggers, partial indexes, exclusion constraints, composite foreign keys. */
  readonly others: readonly OtherObject[]
}

/** A column. */
export interface ColumnDescription {
  readonly name: string
  /** Its type with collation, in one spelling: equal types are equal texts. */
  readonly type: string
  readonly isNullable: boolean
  readonly default: DefaultDescription | undefined
  /** What makes its value in the database besides a default: `generated always as (…) stored`, `auto_increment`; the words of DDL. */
  readonly generated: string | undefined
}

/** The default of a column. */
export interface DefaultDescription {
  /** The expression, as DDL says it. */
  readonly text: string
  /**
   * What the server says that it is, evaluated; undefined for one that is not the same each time, `now()`, which is compared by its
   * text.
   */
  readonly value: string | undefined
}

/** A primary key. */
export interface PrimaryDescription {
  /** Undefined where the system has none: SQLite, MySQL. */
  readonly name: string | undefined
  readonly columns: readonly string[]
}

/** An index over columns, without condition, expression and method of its own. */
export interface IndexDescription {
  readonly name: string
  readonly columns: readonly IndexColumn[]
  readonly isUnique: boolean
  /** Whether it belongs to a constraint, and is dropped with that alone. */
  readonly isConstraint: boolean
}

/** A column of an index. */
export interface IndexColumn {
  readonly name: string
  /** The order of its values: `asc` with null first is what repositories read by, and the only one of MySQL and SQLite. */
  readonly order: 'asc' | 'asc nulls last' | 'desc' | 'desc nulls last'
}

/** A CHECK, of a column or of the table: that is one meaning. */
export interface CheckDescription {
  /** Undefined for one without a name: SQLite. */
  readonly name: string | undefined
  /** In one spelling: equal conditions are equal texts, as far as the server says them alike. */
  readonly expression: string
}

/** What becomes of a row when the one that it refers to is deleted, or gets another key. */
export type ReferenceAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

/** A foreign key of one column to the primary key of a table. */
export interface ReferenceDescription {
  /** Undefined for one without a name: SQLite. */
  readonly name: string | undefined
  readonly column: string
  readonly toTable: string
  readonly toColumn: string
  readonly onDelete: ReferenceAction
  readonly onUpdate: ReferenceAction
  /** Whether rows that were there before are known to hold it: false after `not valid` on PostgreSQL. */
  readonly isValid: boolean
}

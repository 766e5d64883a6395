// What a table and its columns say at run time, as frozen data. The types are in their own files.
import type { ErrorDefinition } from '@keelson/core'
import type { ColumnKind } from '@keelson/core/conditions'
import type { TSchema } from '@keelson/core/schemas'

/** What makes the value of a column that an insert omits; an `identity` the database numbers, all others we make. */
export type Made = 'uuid' | 'version' | 'now' | 'default' | 'identity'

/** A column, as data. Its options are those of the builder that made it. */
export interface ColumnFacts {
  /** Name in code and JSON: `customerId`. */
  readonly property: string
  /** Name in the database: `customer_id`. */
  readonly name: string
  readonly kind: ColumnKind
  readonly isNullable: boolean
  readonly isPrimary: boolean
  /** Never in a schema of a route. */
  readonly isHidden: boolean
  /** What makes it where an insert omits it; undefined: the insert must say it (or it is nullable). */
  readonly made: Made | undefined
  /** Whether each update sets it to the present instant. */
  readonly isTouched: boolean
  /** Value in canonical form where `made` is `default`. */
  readonly default: unknown
  readonly isCaseInsensitive: boolean
  /** Name that it had in the database, for a migration that renames it. */
  readonly was: string | undefined
  /** Its type in the database, word for word; then no CHECK holds its limits. Undefined: that of its kind. */
  readonly sqlType: string | undefined
  readonly limits: ColumnLimits
  /** The one JSON-safe type of its values, null not included. */
  readonly schema: TSchema
  /** The value in JavaScript, where it is not the JSON-safe one: `Date` of a timestamp, `bigint`. */
  readonly as: 'Date' | 'bigint' | undefined
  /**
   * Checks a value, null not included, and makes it canonical: uuid in lower case, instants in UTC with three digits, decimals with
   * all places, bytes as base64url.
   *
   * @throws {InvalidValueError} 400, naming the property
   */
  canonical(value: unknown): unknown
}

/** Limits that its schema, a CHECK and {@link ColumnFacts.canonical} hold. */
export interface ColumnLimits {
  readonly minLength?: number
  /** Characters (code points) of a text, bytes of bytes. */
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  /** Numbers, or texts of decimals and bigints. */
  readonly minimum?: number | string
  readonly maximum?: number | string
  /** Digits in all, and after the point, of a decimal. */
  readonly precision?: number
  readonly scale?: number
  /** Of an integer: 32 or 53. */
  readonly bits?: 32 | 53
  /** Of `oneOf`. */
  readonly values?: readonly string[]
}

/** An index; a unique one holds that no two rows have the same values, null not counted. */
export interface IndexFacts {
  readonly name: string
  /** Properties, in the order of the index. */
  readonly columns: readonly string[]
  readonly isUnique: boolean
  /** Whether the table says its name; else it follows from those of its columns. */
  readonly isNamed: boolean
  /** What a violation means: an error that routes declare. */
  readonly error: ErrorDefinition | undefined
}

/** A reference to the key of another table. */
export interface ReferenceFacts {
  readonly name: string
  /** Properties of this table. */
  readonly columns: readonly string[]
  /** The key of the other table in `defineTables`. */
  readonly to: string
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null'
  readonly onUpdate: 'no action' | 'restrict' | 'cascade' | 'set null'
  /** What it means that the other row is not there. */
  readonly error: ErrorDefinition | undefined
  /** What it means that the other row cannot go. */
  readonly inUse: ErrorDefinition | undefined
  /** Name of the relation from here to there: one row; undefined: by the rule of names. */
  readonly as: string | undefined
  /** Name of the relation from there to here: many rows; undefined: the key of this table. */
  readonly inverse: string | undefined
}

/** A table, as data. */
export interface TableFacts {
  /** Name in the database. */
  readonly name: string
  readonly columns: readonly ColumnFacts[]
  readonly byProperty: ReadonlyMap<string, ColumnFacts>
  /** At least one. */
  readonly primary: readonly ColumnFacts[]
  /** What it means that a row has the key already. */
  readonly primaryError: ErrorDefinition | undefined
  /** The column of `version()`, if there is one. */
  readonly version: ColumnFacts | undefined
  /** The column that marks a row as deleted instead of deleting it. */
  readonly softDelete: ColumnFacts | undefined
  /** Those of references included. */
  readonly indexes: readonly IndexFacts[]
  readonly references: readonly ReferenceFacts[]
  /** CHECKs beyond those of its columns, as SQL by name. */
  readonly checks: ReadonlyMap<string, string>
  /** Name that it had in the database, for a migration that renames it. */
  readonly was: string | undefined
  /** What follows `create table (…)`, word for word; undefined: what the system takes. */
  readonly storage: string | undefined
}

/** A relation that `with` loads. */
export interface RelationFacts {
  readonly name: string
  /** Key of the other table in `defineTables`. */
  readonly to: string
  readonly isMany: boolean
  /** Whether the one may be missing, since the reference is nullable. */
  readonly isNullable: boolean
  /** Properties here and there, pairwise equal. */
  readonly columns: readonly string[]
  readonly toColumns: readonly string[]
}

/** The tables of a database by key, checked against each other. */
export interface TablesFacts {
  readonly tables: ReadonlyMap<string, TableFacts>
  /** Relations of each table by name. */
  readonly relations: ReadonlyMap<string, ReadonlyMap<string, RelationFacts>>
}

import { checkArgument, integer, ofKind } from '@keelson/core/options'
import type { DatabaseMethods } from '../database/index.ts'
import type { AnyTable } from '../table/index.ts'
import { insertRows } from './insert-rows.ts'
import { isReference, valueOf } from './make-values.ts'
import { Recipe, recipeOf, type Defaults, type Said } from './recipe.ts'

/** What is said of a row. Where a reference stands, a factory of that table makes the row that it refers to. */
export type FactoryRow<T extends AnyTable> = {
  readonly [P in keyof T['~insert']]?: T['~insert'][P] | (P extends T['~referring'] ? AnyFactory : never)
}

/** A factory of any table. */
export interface AnyFactory {
  /** For the framework alone; may change with any version. */
  readonly '~internal': Recipe
}

/** Makes rows of a table for tests: what nobody says is made by what the table says of its columns. */
export interface Factory<T extends AnyTable> extends AnyFactory {
  /**
   * A factory whose rows say this as well; what a later call says goes before it.
   *
   * @param row - or what makes it for the row of this number, from 1 on, counted for the table
   */
  defaults(row: FactoryRow<T> | ((at: number) => FactoryRow<T>)): Factory<T>
  /**
   * A row to insert, without a database: what the database makes is omitted, and a reference that must not be null names a row that is not there.
   *
   * @throws {FactoryError} `ERR_DB_FACTORY` for a value that cannot be made
   */
  build(row?: FactoryRow<T>): T['~insert']
  /**
   * Inserts a row, and before it one for each reference that must not be null and is not said, in one transaction.
   *
   * @throws {FactoryError} `ERR_DB_FACTORY` for a value that cannot be made, a check that the row violates, and references in a circle
   */
  insert(db: DatabaseMethods, row?: FactoryRow<T>): Promise<T['~row']>
  /** The same for several rows; each has related rows of its own. */
  insertMany(db: DatabaseMethods, count: number, row?: FactoryRow<T>): Promise<readonly T['~row'][]>
}

const TABLE = ofKind(
  {
    what: 'a table',
    test: (value) => (value as Partial<AnyTable> | undefined)?.['~internal']?.byProperty !== undefined,
  },
  'A table.',
)
const ROW = ofKind(
  {
    what: 'a row, or a function that makes one',
    test: (value) => (typeof value === 'object' && value !== null) || typeof value === 'function',
  },
  'What is said of a row.',
)
const COUNT = integer('How many rows.', { minimum: 0 })

/**
 * Makes rows of a table that it takes: within its limits, of its formats and patterns, its unique values unique, and with the rows that they refer
 * to. Columns that may be null are null, those with a default have it. Values follow from the number of the row, so that each run has the same.
 *
 * @param table - says what its rows are
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a table
 * @example
 * const Users = table('users', { id: uuid().primary(), email: text({ format: 'email', maxLength: 254 }).unique() })
 * const Notes = table('notes', { id: uuid().primary(), userId: uuid().references('users'), text: text() })
 * const tables = defineTables({ users: Users, notes: Notes })
 * await using db = await openDatabase(sqlite(':memory:'), tables, { createTables: true })
 * const { text: made } = await factory(Notes).insert(db)
 * made // => 'text 1'
 * await db.users.count() // => 1
 */
export function factory<T extends AnyTable>(table: T): Factory<T> {
  checkArgument(TABLE, table, { name: 'factory', argument: 'table', below: factory })
  return factoryOf(new Recipe(table['~internal'])) as Factory<T>
}

function factoryOf(recipe: Recipe): Factory<AnyTable> {
  const insertMany = (db: DatabaseMethods, count: number, said: Said = {}): Promise<readonly unknown[]> =>
    db.transaction(() => insertRows(db, recipe, { said, count }), { name: `factory of ${recipe.facts.name}` })
  return Object.freeze({
    '~internal': recipe,
    defaults(row: Defaults) {
      checkArgument(ROW, row, { name: 'defaults', argument: 'row', below: factory })
      return factoryOf(recipe.with(row))
    },
    build: (said: Said = {}) => build(recipe, said),
    insert: async (db: DatabaseMethods, said?: Said) => (await insertMany(db, 1, said))[0],
    insertMany(db: DatabaseMethods, count: number, said?: Said) {
      checkArgument(COUNT, count, { name: 'insertMany', argument: 'count', below: factory })
      return insertMany(db, count, said)
    },
  })
}

function build(recipe: Recipe, said: Said): unknown {
  const { facts } = recipe
  const { number, values } = recipe.make(said)
  for (const column of facts.columns) {
    if (!isReference(column, facts)) continue
    const given = values[column.property]
    if (recipeOf(given) !== undefined || (given === undefined && !column.isNullable))
      values[column.property] = valueOf(column, facts, number)
  }
  return values
}

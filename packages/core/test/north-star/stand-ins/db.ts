// Stands in for the coming package db, in memory and written with core's public names alone.
import {
  bind,
  middleware,
  plugin,
  t,
  token,
  type Middleware,
  type Outcome,
  type Plugin,
  type Secret,
  type TObject,
  type Token,
  type TSchema,
} from '@keelson/core'
import { verdict, type Condition, type Page, type PageQuery } from '@keelson/core/conditions'
import { createTransactionScope, currentTransaction, runInTransaction } from '@keelson/core/frames'
import type { Column } from './columns.ts'

export { decimal, oneOf, text, timestamp, uuid, version } from './columns.ts'

export interface Columns {
  readonly [name: string]: Column
}

type SchemasOf<C extends Columns> = { [K in keyof C]: C[K]['schema'] }
type Given<C extends Columns> = {
  [K in keyof C as C[K]['~filled'] extends true ? never : K]: C[K]['schema']
}

/** An object schema of which a part can be taken. */
export type Pickable<S extends { [name: string]: TSchema }> = TObject<S> & {
  pick<const K extends keyof S & string>(...names: readonly K[]): TObject<Pick<S, K>>
}

/** A table: its columns, and schemas of a record and of what makes a new one. */
export interface Table<C extends Columns = Columns> {
  readonly name: string
  readonly columns: C
  readonly row: Pickable<SchemasOf<C>>
  readonly new: Pickable<Given<C>>
}

export function table<C extends Columns>(name: string, columns: C): Table<C> {
  const given = Object.entries(columns).filter(([, { facts }]) => facts.make === undefined)
  return Object.freeze({
    name,
    columns,
    row: pickable(schemasOf(columns)) as never,
    new: pickable(schemasOf(Object.fromEntries(given))) as never,
  })
}

function schemasOf(columns: Columns): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(columns).map(([name, { schema }]) => [name, schema]))
}

function pickable(schemas: Record<string, TSchema>): object {
  const pick = (...names: string[]) =>
    t.Object(Object.fromEntries(names.map((name) => [name, schemas[name] as TSchema])))
  // Not a keyword of the schema.
  return Object.defineProperty(t.Object(schemas), 'pick', { value: pick })
}

export interface Tables {
  readonly [name: string]: Table
}

export function defineTables<const T extends Tables>(tables: T): T {
  return Object.freeze(tables)
}

export type RowOf<T extends { readonly row: { static: unknown } }> = T['row']['static']
type NewOf<T extends { readonly new: { static: unknown } }> = T['new']['static']

/** Reads and writes the records of a table. */
export interface Repository<T extends Table> {
  byId(id: string): Promise<RowOf<T> | undefined>
  insert(values: NewOf<T>): Promise<RowOf<T>>
  /** What a client says is the first argument, what it may not say the second. */
  page(query: PageQuery, options: { readonly where: Condition<T['columns']> }): Promise<Page<RowOf<T>>>
}

export type Database<T extends Tables> = { readonly [K in keyof T]: Repository<T[K]> }

/** Runs work in a transaction of a database. */
interface Transactions {
  run(work: () => Promise<Outcome>): Promise<Outcome>
}
const TRANSACTIONS = token<Transactions>('transactions', {
  remedy: 'Give createApp({ plugins: [database(…)] }).',
})

/** Where a database keeps its records; this one in memory. */
export interface Engine {
  readonly url: Secret
}

export function postgres(url: Secret): Engine {
  return { url }
}

/** Connects a database and binds it to its token. */
export function database<T extends Tables>(
  db: Token<Database<T>>,
  engine: Engine,
  tables: NoInfer<T>,
): Plugin {
  return plugin({
    name: 'database',
    inject: { db },
    setup: (app) =>
      app.provide(
        bind(db, { make: () => repositories(tables) }),
        bind(TRANSACTIONS, { make: () => ({ run: runTransaction }) }),
      ),
    start: () => {
      if (!engine.url.reveal().startsWith('postgres://')) throw new Error('This is no URL of a database.')
    },
    health: () => ({ status: 'up' }),
  })
}

/** Runs a route in a transaction; an error rolls it back. */
export function transaction(): Middleware {
  return middleware({
    name: 'transaction',
    stage: 'handle',
    inject: { transactions: TRANSACTIONS },
    wrap: (_ctx, next, { transactions }) => transactions.run(next),
  })
}

async function runTransaction(work: () => Promise<Outcome>): Promise<Outcome> {
  const scope = createTransactionScope({ name: 'database', onError: () => undefined })
  let outcome: Outcome
  try {
    outcome = await runInTransaction(scope, work)
  } catch (error) {
    await scope.rolledBack()
    throw error
  }
  await (outcome.status < 400 ? scope.committed() : scope.rolledBack())
  return outcome
}

function repositories<T extends Tables>(tables: T): Database<T> {
  const all = Object.entries(tables).map(([name, one]) => [name, new MemoryRepository(one)])
  return Object.freeze(Object.fromEntries(all)) as Database<T>
}

type Row = Record<string, unknown>

class MemoryRepository implements Repository<Table> {
  readonly #columns: Columns
  readonly #rows = new Map<string, Row>()

  constructor({ columns }: Table) {
    this.#columns = columns
  }

  async byId(id: string): Promise<never> {
    return this.#rows.get(id) as never
  }

  async insert(values: object): Promise<never> {
    const row: Row = { ...values }
    for (const [name, { facts }] of Object.entries(this.#columns)) {
      if (facts.make !== undefined) row[name] = facts.make()
      const isTaken = [...this.#rows.values()].some((one) => one[name] === row[name])
      if (facts.taken !== undefined && isTaken) throw new facts.taken()
    }
    const id = row['id'] as string
    this.#rows.set(id, row)
    currentTransaction()?.afterRollback(() => this.#rows.delete(id))
    return row as never
  }

  async page({ limit = 20, after }: PageQuery, { where }: { readonly where: Condition }): Promise<never> {
    const visible = [...this.#rows.values()].filter((row) => verdict(where, row, this.#columns))
    const from = after === undefined ? 0 : visible.findIndex((row) => row['id'] === after) + 1
    const items = visible.slice(from, from + limit)
    const isLast = from + limit >= visible.length
    return { items, ...(isLast ? {} : { next: items.at(-1)?.['id'] }) } as never
  }
}

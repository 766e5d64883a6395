// What a read by primary key costs: `node dist/programs/db-read.js [rounds]` reads through the repository, by the bare driver with a statement that it
// keeps, and by other libraries with the same number of connections, in turn.
import { runInNewFrame } from '@keelson/core'
import { createTables, openDatabase, type Database, type QueryParameters } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { Kysely, PostgresDialect } from 'kysely'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { DataSource, EntitySchema } from 'typeorm'
import { COLUMNS, rowOf, scratchDatabase, tables } from './db-tables.ts'
import { inTurns, type Work } from './in-turns.ts'

const ROWS = 1000
const CONNECTIONS = 4

const rounds = Number(process.argv[2] ?? 15)

/** Gives one key after the other. */
function keysOf(ids: readonly string[]): () => string {
  let at = 0
  return () => ids[at++ % ids.length]!
}

/** One after the other, in the frame of one request. */
function readsOfFrame(read: () => Promise<unknown>): Work {
  const times = 100
  const reads = async (): Promise<unknown> => {
    let row: unknown
    for (let at = 0; at < times; at++) row = await read()
    return row
  }
  return Object.assign(() => runInNewFrame(reads), { times })
}

async function readFromSqlite(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-bench-'))
  try {
    const path = join(folder, 'shop.db')
    await using db = await openDatabase(sqlite(path), tables, { callSites: false })
    await createTables(db)
    const made = await db.orders.insertMany(Array.from({ length: ROWS }, (_, at) => rowOf(at)))
    const next = keysOf(made.map(({ id }) => id))
    const bare = new DatabaseSync(path)
    const statement = bare.prepare(`select ${COLUMNS} from orders where id = ?`)
    await inTurns(
      {
        'node:sqlite': async () => statement.get(next()),
        repository: () => db.orders.byId(next()),
        'repository, 100 reads of a request': readsOfFrame(() => db.orders.byId(next())),
        'repository, one read of a request': () => runInNewFrame(() => db.orders.byId(next())),
      },
      { title: 'A read by key, SQLite', concurrency: 1, rounds },
    )
    bare.close()
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function readFromPostgres(): Promise<void> {
  await using scratch = await scratchDatabase()
  await using db = await openDatabase(postgres(scratch.url, { poolSize: CONNECTIONS }), tables, {
    callSites: false,
  })
  await createTables(db)
  const made = await db.orders.insertMany(Array.from({ length: ROWS }, (_, at) => rowOf(at)))
  const next = keysOf(made.map(({ id }) => id))
  const pool = new pg.Pool({ connectionString: scratch.url, max: CONNECTIONS })
  const typeorm = await typeormOf(scratch.url)
  const bare = { name: 'by_id', text: `select ${COLUMNS} from orders where id = $1` }
  const works: Record<string, Work> = {
    pg: () => pool.query({ ...bare, values: [next()] }),
    repository: () => db.orders.byId(next()),
    'repository, 100 reads of a request': readsOfFrame(() => db.orders.byId(next())),
    'repository, one read of a request': () => runInNewFrame(() => db.orders.byId(next())),
    ...drizzleWorks(pool, next),
    TypeORM: () => typeorm.getRepository(TypeormOrders).findOneBy({ id: next() }),
    ...kyselyWorks(pool, next),
    ...ownKyselyWorks(db, next),
  }
  for (const [name, work] of Object.entries(works)) await assertReads(name, work)
  for (const concurrency of [1, 16])
    await inTurns(works, { title: 'A read by key, PostgreSQL', concurrency, rounds })
  await typeorm.destroy()
  await pool.end()
}

/** Before time is taken: a work that reads nothing would win. */
async function assertReads(name: string, work: Work): Promise<void> {
  const found = JSON.stringify(await work())
  if (!found.includes('Please leave it at the door.')) throw new Error(`${name} reads ${found}.`)
}

function drizzleWorks(pool: pg.Pool, next: () => string): Record<string, Work> {
  const orders = pgTable('orders', {
    id: uuid().primaryKey(),
    email: text().notNull(),
    status: text().notNull(),
    quantity: integer().notNull(),
    note: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull(),
  })
  const db = drizzle(pool)
  const prepared = db
    .select()
    .from(orders)
    .where(eq(orders.id, sql.placeholder('id')))
    .prepare('drizzle_by_id')
  return {
    'Drizzle, builder': () => db.select().from(orders).where(eq(orders.id, next())),
    'Drizzle, prepared': () => prepared.execute({ id: next() }),
  }
}

interface Order {
  readonly id: string
  readonly email: string
  readonly status: string
  readonly quantity: number
  readonly note: string
  readonly createdAt: string
}

const TypeormOrders = new EntitySchema<Order>({
  name: 'orders',
  columns: {
    id: { type: 'uuid', primary: true },
    email: { type: 'text' },
    status: { type: 'text' },
    quantity: { type: 'integer' },
    note: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
})

function typeormOf(url: string): Promise<DataSource> {
  const source = new DataSource({ type: 'postgres', url, entities: [TypeormOrders], poolSize: CONNECTIONS })
  return source.initialize()
}

const KYSELY_COLUMNS = ['id', 'email', 'status', 'quantity', 'note', 'created_at as createdAt'] as const

/** Kysely as it comes, built and compiled for each run. */
function kyselyWorks(pool: pg.Pool, next: () => string): Record<string, Work> {
  type Table = Omit<Order, 'createdAt'> & { readonly created_at: string }
  const db = new Kysely<{ orders: Table }>({ dialect: new PostgresDialect({ pool }) })
  return {
    Kysely: () => db.selectFrom('orders').select(KYSELY_COLUMNS).where('id', '=', next()).executeTakeFirst(),
  }
}

function ownKyselyWorks(db: Database<typeof tables>, next: () => string): Record<string, Work> {
  const columns = ['id', 'email', 'status', 'quantity', 'note', 'createdAt'] as const
  const prepared = db.prepare((kysely, param: QueryParameters<{ id: string }>) =>
    kysely.selectFrom('orders').select(columns).where('id', '=', param('id')),
  )
  return {
    'db.kysely': () =>
      db.kysely.selectFrom('orders').select(columns).where('id', '=', next()).executeTakeFirst(),
    'db.prepare': () => prepared({ id: next() }),
  }
}

await readFromSqlite()
await readFromPostgres()

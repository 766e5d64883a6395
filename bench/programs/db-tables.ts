// The table of the programs `db-*`, its rows, and a database of their own for each run.
import { randomBytes, randomUUID } from 'node:crypto'
import { defineTables, oneOf, table, text, timestamp, uuid, integer } from '@keelson/db'
import pg from 'pg'
import { POOL_OPTIONS } from '../domain/items.ts'

// Before a database is opened: in development it counts what each request asks.
process.env['NODE_ENV'] = 'production'

export const Orders = table('orders', {
  id: uuid().primary(),
  email: text({ maxLength: 254 }),
  status: oneOf('open', 'closed'),
  quantity: integer(),
  note: text(),
  createdAt: timestamp().now(),
})

export const tables = defineTables({ orders: Orders })

/** A row with this number. */
export function rowOf(at: number) {
  return {
    email: `customer-${at}@example.com`,
    status: at % 3 === 0 ? ('closed' as const) : ('open' as const),
    quantity: at % 100,
    note: 'Please leave it at the door.',
  }
}

/**
 * The values of rows as they are sent by hand, of one instant. Their keys begin with the time, as ours do: random ones cost more the more
 * rows there are.
 */
export function valuesByHand(rows: readonly ReturnType<typeof rowOf>[]): (string | number)[] {
  const now = new Date()
  const time = now.getTime().toString(16).padStart(12, '0')
  const start = `${time.slice(0, 8)}-${time.slice(8)}-7`
  const createdAt = now.toISOString()
  return rows.flatMap(({ email, status, quantity, note }) => [
    start + randomUUID().slice(15),
    email,
    status,
    quantity,
    note,
    createdAt,
  ])
}

/** The columns, named as the rows of the repository name them. */
export const COLUMNS = 'id, email, status, quantity, note, created_at as "createdAt"'

/**
 * Makes a PostgreSQL database, and drops it when the program leaves the scope. No commit waits for the disk, which would take the most
 * of the time, and say nothing.
 */
export async function scratchDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `keelson_bench_${randomBytes(6).toString('hex')}`
  await ask(`create database ${name}`)
  await ask(`alter database ${name} set synchronous_commit = off`)
  return {
    url: urlOf(name),
    [Symbol.asyncDispose]: () => ask(`drop database ${name} with (force)`),
  }
}

/** A database of the server that the other workloads use. */
function urlOf(name: string): string {
  const url = new URL(POOL_OPTIONS.connectionString)
  url.pathname = name
  return url.href
}

async function ask(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf('postgres') })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

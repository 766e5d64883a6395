// `database.js prepare` makes W3's table where it is missing; `database.js pids` prints the servers' back ends.
import pg from 'pg'
import { itemRow, POOL_OPTIONS } from '../domain/items.ts'

const ROWS = 10_000
const BATCH = 500

const client = new pg.Client({
  connectionString: POOL_OPTIONS.connectionString,
  connectionTimeoutMillis: 5000,
  application_name: 'keelson-bench-harness',
})
await client.connect()
if (process.argv[2] === 'prepare') await prepare()
else await printPids()
await client.end()

async function prepare(): Promise<void> {
  await client.query(`create table if not exists bench_items (
    id integer primary key, sku text not null, name text not null, description text not null,
    price double precision not null, stock integer not null, cost_price double precision not null,
    updated_at text not null)`)
  const counted = await client.query<{ count: number }>('select count(*)::integer as count from bench_items')
  if (counted.rows[0]?.count !== ROWS) await fill()
  const version = await client.query<{ server_version: string }>('show server_version')
  console.log(version.rows[0]?.server_version)
}

async function fill(): Promise<void> {
  await client.query('truncate bench_items')
  for (let first = 1; first <= ROWS; first += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, index) => itemRow(first + index))
    await client.query(
      'insert into bench_items select * from json_populate_recordset(null::bench_items, $1)',
      [JSON.stringify(rows)],
    )
  }
  await client.query('analyze bench_items')
}

async function printPids(): Promise<void> {
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where application_name = $1',
    [POOL_OPTIONS.application_name],
  )
  console.log(rows.map((row) => row.pid).join(' '))
}

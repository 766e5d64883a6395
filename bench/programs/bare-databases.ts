// Databases of the program `db-migrations`, by their drivers alone, and how an app opens them.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** A database of its own for each run. */
export interface BareDatabase extends AsyncDisposable {
  /** How an app opens it: what it imports, and the call. */
  readonly adapter: { readonly head: string; readonly call: string }
  /** Runs texts, each as a transaction where the system has those of DDL, in another database that is dropped with this. */
  fresh(texts: readonly string[]): Promise<void>
  /** Drops what it has. */
  empty(): Promise<void>
}

const POSTGRES = process.env['KEELSON_TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432'
const MARIADB = process.env['KEELSON_TEST_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306'

/** Systems by name. */
export const SERVERS: readonly { readonly name: string; open(): Promise<BareDatabase> }[] = [
  { name: 'SQLite', open: openSqlite },
  {
    name: 'PostgreSQL',
    open: () =>
      openServer({
        url: POSTGRES,
        head: "import { postgres as open } from '@keelson/db/postgres'",
        run: (database, texts) => runOnPostgres(`${POSTGRES}/${database}`, texts),
        maintenance: 'postgres',
      }),
  },
  {
    name: 'MariaDB',
    open: () =>
      openServer({
        url: MARIADB,
        head: "import { mysql as open } from '@keelson/db/mysql'",
        run: (database, texts) => runOnMariadb(`${MARIADB}/${database}`, texts),
        maintenance: '',
      }),
  },
]

async function openSqlite(): Promise<BareDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-bench-'))
  const file = (name: string): string => join(folder, `${name}.db`)
  return {
    adapter: {
      head: "import { sqlite as open } from '@keelson/db/sqlite'",
      call: `open(${JSON.stringify(file('shop'))})`,
    },
    fresh: async (texts) => {
      const db = new DatabaseSync(file(randomBytes(6).toString('hex')))
      for (const text of texts) db.exec(`begin; ${text}; commit`)
      db.close()
    },
    empty: async () => {
      for (const ending of ['', '-wal', '-shm']) await rm(file('shop') + ending, { force: true })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

interface Server {
  readonly url: string
  readonly head: string
  /** A database that is always there. */
  readonly maintenance: string
  run(database: string, texts: readonly string[]): Promise<void>
}

async function openServer({ url, head, run, maintenance }: Server): Promise<BareDatabase> {
  const names: string[] = []
  const make = async (): Promise<string> => {
    const name = `keelson_bench_${randomBytes(6).toString('hex')}`
    await run(maintenance, [`create database ${name}`])
    names.push(name)
    return name
  }
  const shop = await make()
  return {
    adapter: { head, call: `open('${url}/${shop}')` },
    fresh: async (texts) => run(await make(), texts),
    empty: () => run(maintenance, [`drop database ${shop}`, `create database ${shop}`]),
    [Symbol.asyncDispose]: async () => {
      for (const name of names) await run(maintenance, [`drop database ${name}`])
    },
  }
}

/** A text of several statements is one transaction. */
async function runOnPostgres(url: string, texts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const text of texts) await client.query(text)
  } finally {
    await client.end()
  }
}

async function runOnMariadb(url: string, texts: readonly string[]): Promise<void> {
  const client = await mysql.createConnection({ uri: url, multipleStatements: true })
  try {
    for (const text of texts) await client.query(text)
  } finally {
    await client.end()
  }
}

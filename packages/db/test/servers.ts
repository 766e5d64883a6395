// The databases of the tests. URLs are those of a user that may make databases, without a database.
import { randomBytes } from 'node:crypto'
import mysql2 from 'mysql2/promise'
import pg from 'pg'
import { findServer, type FoundServer } from '../../core/test/ask-server.ts'

/** A name for the database of one test file. */
function scratchName(): string {
  return `keelson_test_${randomBytes(6).toString('hex')}`
}

/** Where a PostgreSQL is looked for. */
export const POSTGRES_URL = 'postgres://postgres@127.0.0.1:5432'

/** Asks for the PostgreSQL of the tests; `start-postgres.ts` has started one where none answered. */
export function findPostgres(): Promise<FoundServer> {
  const { KEELSON_TEST_POSTGRES_URL: url = POSTGRES_URL } = process.env
  return findServer('PostgreSQL', url, () => askPostgres(url, 'select 1'))
}

/** Runs a statement outside of the databases of tests. */
export async function askPostgres(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    return ((await client.query(text)) as { rows: unknown[] }).rows
  } finally {
    await client.end()
  }
}

/** Makes a database with another locale and zone than ours, so that what we do not set is seen. */
export async function makePostgres(url: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = scratchName()
  await askPostgres(url, `create database ${name} template template0`)
  // It looks for a deadlock after a second, which each test of one would wait.
  const settings = { timezone: 'Asia/Kolkata', datestyle: 'SQL, DMY', deadlock_timeout: '50ms' }
  const texts = Object.entries(settings).map(
    ([key, value]) => `alter database ${name} set ${key} = '${value}'`,
  )
  await askPostgres(url, texts.join(';'))
  return {
    url: `${url}/${name}`,
    drop: async () => void (await askPostgres(url, `drop database ${name} with (force)`)),
  }
}

/** Asks for the MariaDB of the tests. */
export function findMariadb(): Promise<FoundServer> {
  const { KEELSON_TEST_MARIADB_URL: url = 'mysql://root@127.0.0.1:3306' } = process.env
  return findServer('MariaDB', url, () => askMariadb(url, 'select 1'))
}

/** Runs a statement outside of the databases of tests. */
export async function askMariadb(url: string, text: string): Promise<unknown> {
  const client = await mysql2.createConnection({ uri: `${url}/`, connectTimeout: 5000 })
  try {
    return (await client.query(text))[0]
  } finally {
    await client.end()
  }
}

/** Makes a database with another collation than ours, so that what we do not set is seen. */
export async function makeMariadb(url: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = scratchName()
  await askMariadb(url, `create database ${name} character set latin1 collate latin1_swedish_ci`)
  return {
    url: `${url}/${name}`,
    drop: async () => void (await askMariadb(url, `drop database ${name}`)),
  }
}

// The databases of `@keelson/db` with the rows, each of a test file's own.
import { randomBytes } from 'node:crypto'
import {
  boolean,
  createTables,
  decimal,
  defineTables,
  integer,
  json,
  openDatabase,
  table,
  text,
  timestamp,
  uuid,
  type OwnedDatabase,
} from '@keelson/db'
import { mysql } from '@keelson/db/mysql'
import { pglite } from '@keelson/db/pglite'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { t } from '@keelson/core'
import mysql2 from 'mysql2/promise'
import pg from 'pg'
import { found, MARIADB_URL, POSTGRES_URL } from './servers.ts'
import { ROWS } from './rows.ts'

/** The table of the rows, with the columns that rules name. */
export const Records = table('policy_records', {
  place: integer().primary(),
  name: text({ maxLength: 200 }),
  alias: text({ maxLength: 200 }).nullable(),
  size: integer({ bits: 53 }),
  least: integer({ bits: 53 }).nullable(),
  total: decimal(18, 6),
  paid: decimal(16, 6).nullable(),
  isOpen: boolean(),
  isSent: boolean().nullable(),
  createdAt: timestamp(),
  closedAt: timestamp().nullable(),
  ownerId: uuid(),
  buyerId: uuid().nullable(),
  tags: json(t.Unknown()).nullable(),
})
const tables = defineTables({ records: Records })

type Tables = typeof tables
/** A database with the rows. */
export interface FilledDatabase {
  readonly db: OwnedDatabase<Tables>
  drop(): Promise<void>
}

type Adapter = Parameters<typeof openDatabase>[0]
interface Opened {
  readonly adapter: Adapter
  drop(): Promise<void>
}

async function onPostgres(): Promise<Opened> {
  const name = scratchName()
  const server = new pg.Client({
    connectionString: `${POSTGRES_URL}/postgres`,
    connectionTimeoutMillis: 5000,
  })
  await server.connect()
  await server.query(`create database ${name} template template0`)
  return {
    adapter: postgres(`${POSTGRES_URL}/${name}`),
    drop: async () => {
      // Without force, which would end connections that are closing: the server waits for them.
      await server.query(`drop database ${name}`)
      await server.end()
    },
  }
}

async function onMariadb(): Promise<Opened> {
  const name = scratchName()
  const server = await mysql2.createConnection({ uri: `${MARIADB_URL}/` })
  await server.query(`create database ${name} character set latin1 collate latin1_swedish_ci`)
  return {
    adapter: mysql(`${MARIADB_URL}/${name}`),
    drop: async () => {
      await server.query(`drop database ${name}`)
      await server.end()
    },
  }
}

const nothing = async (): Promise<void> => undefined

/** Systems by name, each with how many rules are compared on it. */
export const SYSTEMS: readonly (readonly [
  name: string,
  runs: number,
  open: () => Promise<FilledDatabase | undefined>,
])[] = [
  ['SQLite', 1500, () => filled(async () => ({ adapter: sqlite(':memory:'), drop: nothing }))],
  ['PGlite', 200, () => filled(async () => ({ adapter: pglite('memory://'), drop: nothing }))],
  ['PostgreSQL', 500, () => filled(() => found('PostgreSQL', onPostgres))],
  ['MariaDB', 500, () => filled(() => found('MariaDB', onMariadb))],
]

async function filled(open: () => Promise<Opened | undefined>): Promise<FilledDatabase | undefined> {
  const opened = await open()
  if (opened === undefined) return undefined
  const db = await openDatabase(opened.adapter, tables)
  await createTables(db)
  await db.records.insertMany(ROWS as never)
  return {
    db,
    drop: async () => {
      await db[Symbol.asyncDispose]()
      await opened.drop()
    },
  }
}

function scratchName(): string {
  return `keelson_auth_${randomBytes(6).toString('hex')}`
}

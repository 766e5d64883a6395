// The databases on which rules are compared: tables of another program, which Kysely reads through its own drivers.
import { randomBytes } from 'node:crypto'
import BetterSqlite3 from 'better-sqlite3'
import { PGlite } from '@electric-sql/pglite'
import {
  Kysely,
  MysqlDialect,
  PGliteDialect,
  PostgresDialect,
  SqliteDialect,
  sql,
  type Dialect,
} from 'kysely'
import mysql2 from 'mysql2'
import pg from 'pg'
import type { WhereDialect } from '@keelson/auth'
import { askServer } from '../../../core/test/ask-server.ts'
import { COLUMNS, ROWS, type Column, type Row } from './rows.ts'

/** Columns are of no type: rules are made at random. */
export type Foreign = Kysely<Record<string, Record<string, unknown>>>

/** A database with the rows in a table of another program. */
export interface ForeignDatabase {
  readonly kysely: Foreign
  readonly dialect: WhereDialect
  /** Columns that it can compare. */
  readonly names: readonly Column[]
  /** Its rows as its driver gives them, in the values of an application where these are others. */
  readonly rows: readonly Row[]
  drop(): Promise<void>
}

interface System {
  readonly name: string
  readonly dialect: WhereDialect
  /** Types of the columns; its texts are compared loosely where nobody says otherwise. */
  readonly types: Readonly<Record<Column, string>>
  readonly runs: number
  /** A value as another program writes it. */
  write(column: Column, value: unknown): unknown
  /** A value as an application gives it to a rule, of one that its driver read. Never called with null. */
  read(column: Column, value: unknown): unknown
  /** Undefined where there is no server. */
  open(): Promise<{ readonly dialect: Dialect; drop(kysely: Foreign): Promise<void> } | undefined>
  readonly before: string
}

const {
  KEELSON_TEST_POSTGRES_URL: POSTGRES_URL = 'postgres://postgres@127.0.0.1:5432',
  KEELSON_TEST_MARIADB_URL: MARIADB_URL = 'mysql://root@127.0.0.1:3306',
} = process.env
export { MARIADB_URL, POSTGRES_URL }

/** What is opened on a server, where there is one. */
export async function found<T>(name: string, open: () => Promise<T>): Promise<T | undefined> {
  return (await askServer(name, open)).given
}

const json = (column: Column, value: unknown): unknown =>
  COLUMNS[column].kind === 'json' && value !== null ? JSON.stringify(value) : value

/** Texts are what they were read as; numbers, booleans and documents are those that the driver has no type for. */
const read = (column: Column, value: unknown): unknown => {
  switch (COLUMNS[column].kind) {
    case 'integer':
      return Number(value)
    case 'boolean':
      return Boolean(value)
    default:
      return value
  }
}

const POSTGRES_TYPES = {
  name: 'text collate loose',
  alias: 'varchar(200) collate loose',
  size: 'bigint',
  least: 'numeric',
  total: 'numeric(30, 6)',
  paid: 'numeric(20, 7)',
  isOpen: 'boolean',
  isSent: 'boolean',
  createdAt: 'timestamptz',
  closedAt: 'timestamptz(3)',
  ownerId: 'uuid',
  buyerId: 'uuid',
  tags: 'jsonb',
}
/** Filled with blanks when they are read, which their comparisons leave out. */
const PADDED_TYPES = { ...POSTGRES_TYPES, name: 'char(3)', alias: 'char(2) collate loose' }
const LOOSE = `create collation if not exists loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`

const POSTGRES: System = {
  name: 'PostgreSQL',
  dialect: 'postgresql',
  runs: 600,
  before: LOOSE,
  types: POSTGRES_TYPES,
  write: json,
  read,
  open: () =>
    found('PostgreSQL', async () => {
      const name = scratchName()
      const server = new pg.Client({
        connectionString: `${POSTGRES_URL}/postgres`,
        connectionTimeoutMillis: 5000,
      })
      await server.connect()
      await server.query(`create database ${name} template template0`)
      const pool = new pg.Pool({ connectionString: `${POSTGRES_URL}/${name}`, max: 1 })
      // A connection that is about to end is told when its database is dropped.
      pool.on('connect', (client) => client.on('error', () => undefined))
      return {
        dialect: new PostgresDialect({ pool }),
        drop: async (kysely) => {
          await kysely.destroy()
          // Without force, which would end connections that are closing: the server waits for them.
          await server.query(`drop database ${name}`)
          await server.end()
        },
      }
    }),
}

const SYSTEMS: readonly System[] = [
  {
    name: 'SQLite',
    dialect: 'sqlite',
    runs: 2000,
    before: 'select 1',
    types: {
      name: 'text collate nocase',
      alias: 'varchar(200) collate rtrim',
      size: 'integer',
      least: 'real',
      total: 'text',
      paid: 'text',
      isOpen: 'boolean',
      isSent: 'integer',
      createdAt: 'text',
      closedAt: 'text',
      ownerId: 'text collate nocase',
      buyerId: 'text',
      tags: 'text',
    },
    write(column, value) {
      const written = json(column, value)
      if (typeof written === 'boolean') return Number(written)
      // Forms of another program.
      if (column === 'closedAt' && value !== null) return (value as string).replace('T', ' ').replace('Z', '')
      return column === 'buyerId' && value !== null ? (value as string).toUpperCase() : written
    },
    read(column, value) {
      if (column === 'tags') return JSON.parse(value as string)
      return column === 'closedAt' ? `${String(value)}Z` : read(column, value)
    },
    open: async () => {
      const database = new BetterSqlite3(':memory:')
      return {
        dialect: new SqliteDialect({ database: database as never }),
        drop: (kysely) => kysely.destroy(),
      }
    },
  },
  {
    name: 'PGlite',
    dialect: 'postgresql',
    runs: 300,
    before: 'create collation if not exists loose from "C"',
    types: { ...POSTGRES_TYPES, alias: PADDED_TYPES.alias },
    write: json,
    read,
    open: async () => ({
      dialect: new PGliteDialect({ pglite: new PGlite() as never }),
      drop: (kysely) => kysely.destroy(),
    }),
  },
  POSTGRES,
  { ...POSTGRES, name: 'PostgreSQL with char(n)', types: PADDED_TYPES },
  {
    name: 'MariaDB',
    dialect: 'mariadb',
    runs: 600,
    before: 'select 1',
    types: {
      name: 'varchar(200) character set utf8mb4 collate utf8mb4_unicode_ci',
      alias: 'varchar(200) character set utf8mb4 collate utf8mb4_general_ci',
      size: 'bigint',
      least: 'decimal(30, 3)',
      total: 'decimal(30, 6)',
      paid: 'decimal(20, 7)',
      isOpen: 'tinyint(1)',
      isSent: 'boolean',
      createdAt: 'datetime(6)',
      closedAt: 'timestamp(3) null',
      ownerId: 'char(36) character set utf8mb4 collate utf8mb4_general_ci',
      buyerId: 'uuid',
      tags: 'json',
    },
    write(column, value) {
      if (COLUMNS[column].kind === 'timestamp' && value !== null) return new Date(value as string)
      return column === 'ownerId' ? (value as string).toUpperCase() : json(column, value)
    },
    read,
    open: () =>
      found('MariaDB', async () => {
        const name = scratchName()
        const server = await mysql2.createConnection({ uri: `${MARIADB_URL}/` }).promise()
        await server.query(`create database ${name} character set latin1 collate latin1_swedish_ci`)
        const pool = mysql2.createPool({ uri: `${MARIADB_URL}/${name}`, connectionLimit: 1 })
        return {
          dialect: new MysqlDialect({ pool: pool as never }),
          drop: async (kysely) => {
            await kysely.destroy()
            await server.query(`drop database ${name}`)
            await server.end()
          },
        }
      }),
  },
]

/** Systems by name, each with how many rules are compared on it. */
export const FOREIGN = SYSTEMS.map((system) => [system.name, system.runs, () => openForeign(system)] as const)

async function openForeign(system: System): Promise<ForeignDatabase | undefined> {
  const opened = await system.open()
  if (opened === undefined) return undefined
  const kysely: Foreign = new Kysely({ dialect: opened.dialect })
  const drop = () => opened.drop(kysely)
  try {
    await fill(kysely, system)
  } catch (error) {
    await drop()
    throw error
  }
  const names = (Object.keys(COLUMNS) as Column[]).filter(
    (name) => system.dialect !== 'sqlite' || COLUMNS[name].kind !== 'decimal',
  )
  return { kysely, dialect: system.dialect, names, rows: await rowsOf(kysely, system), drop }
}

async function rowsOf(kysely: Foreign, system: System): Promise<readonly Row[]> {
  const rows = await kysely.selectFrom('records').selectAll().orderBy('place').execute()
  return rows.map(({ place, ...columns }) => {
    const values = Object.entries(columns).map(([name, value]) => [
      name,
      value === null ? null : system.read(name as Column, value),
    ])
    return { place: Number(place), ...Object.fromEntries(values) } as Row
  })
}

async function fill(kysely: Foreign, { before, types, write }: System): Promise<void> {
  await sql.raw(before).execute(kysely)
  const columns = (Object.keys(COLUMNS) as Column[]).map(
    (name) => sql`${sql.ref(name)} ${sql.raw(types[name])}`,
  )
  await sql`create table records (place integer primary key, ${sql.join(columns)})`.execute(kysely)
  for (const row of ROWS) await kysely.insertInto('records').values(written(row, write)).execute()
}

function written(row: Row, write: System['write']): Record<string, unknown> {
  const values = (Object.keys(COLUMNS) as Column[]).map((name) => [name, write(name, row[name])])
  return { place: row.place, ...Object.fromEntries(values) }
}

function scratchName(): string {
  return `keelson_auth_${randomBytes(6).toString('hex')}`
}

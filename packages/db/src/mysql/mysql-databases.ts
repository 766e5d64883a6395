import {
  quoteName,
  serverDatabases,
  type Adapter,
  type Connection,
  type Databases,
  type ServerAsk,
} from '../adapter/index.ts'
import { binaryCollation } from './mysql-dialect.ts'
import { mysqlFailure } from './mysql-failure.ts'
import type { MysqlSystem } from './mysql-system.ts'

/** Access denied to a database, to a command. */
const NO_RIGHT: readonly unknown[] = [1044, 1227]
/** A thread that has ended by itself. */
const NO_SUCH_THREAD = 1094
/** The longest wait for transactions that use what is dropped, seconds: its default is a day, or a year. */
const LOCK_WAIT_S = 10

/** What the databases of a server are reached by. */
export interface MysqlDatabasesParts {
  readonly place: string
  readonly user: string
  /** The adapter's own. */
  readonly own: string
  /** Connects without a database. */
  connect(signal: AbortSignal): Promise<{ readonly connection: Connection; readonly system: MysqlSystem }>
  at(database: string): Adapter
}

/** Databases beside the one of an adapter. They cannot be copied. */
export function mysqlDatabases({ place, user, own, connect, at }: MysqlDatabasesParts): Databases {
  let system: MysqlSystem = 'mysql'
  const { run, checkName } = serverDatabases({
    place,
    failureOf: mysqlFailure,
    connect: async (signal) => {
      const connected = await connect(signal)
      system = connected.system
      return connected.connection
    },
    nameLimit: { most: 64, sizeOf: (name) => name.length },
    remedyOf: (error) =>
      NO_RIGHT.includes((error as { errno?: unknown }).errno)
        ? `The user ${user} needs the rights to make and drop databases: grant all on \`keelson\\_%\`.* to ${user}.`
        : undefined,
  })
  return {
    create: (name, { isLikeOwn = false } = {}) => {
      checkName(name)
      return run(`make the database ${name}`, async (ask) => {
        const collation = isLikeOwn ? await collationOf(ask, own) : binaryCollation(system)
        await ask(`create database ${quote(name)}${collation === undefined ? '' : ` collate ${collation}`}`)
      })
    },
    drop: (name) => run(`drop the database ${name}`, (ask) => drop(ask, name)),
    at: (name) => {
      checkName(name)
      return at(name)
    },
    list: (prefix) =>
      run('list its databases', async (ask) => {
        const rows = await ask(
          `select s.schema_name as name, (select count(*) from information_schema.processlist p where p.db = s.schema_name) as used
          from information_schema.schemata s where left(s.schema_name, char_length(?)) = ? order by s.schema_name`,
          [prefix, prefix],
        )
        return rows.map(({ name, used }) => ({ name: String(name), isInUse: Number(used) > 0 }))
      }),
    rightsBeyond: (prefix) =>
      run('say what its user may', async (ask) => {
        const rows = await ask('show grants')
        const grant = rows
          .map((row) => String(Object.values(row)[0]))
          .find((text) => writesBeyond(text, prefix))
        return grant && `has the rights '${grant.replace(/ TO .*$/s, '')}'`
      }),
    copies: undefined,
  }
}

function quote(name: string): string {
  return quoteName(name, '`')
}

/** The collation of a database, with which its character set comes; undefined for one that is not there: it would get that of the server. */
async function collationOf(ask: ServerAsk, database: string): Promise<string | undefined> {
  const rows = await ask(
    'select default_collation_name as name from information_schema.schemata where schema_name = ?',
    [database],
  )
  return rows[0] === undefined ? undefined : String(rows[0]['name'])
}

/** A transaction that uses a table of it would hold it for long. */
async function drop(ask: ServerAsk, name: string): Promise<void> {
  await ask(`set session lock_wait_timeout = ${LOCK_WAIT_S}`)
  for (const { id } of await ask('select id from information_schema.processlist where db = ?', [name]))
    await ask(`kill ${Number(id)}`).catch((error: { readonly errno?: unknown }) => {
      if (error.errno !== NO_SUCH_THREAD) throw error
    })
  await ask(`drop database if exists ${quote(name)}`)
}

/** Rights that change nothing, on which database ever. */
const HARMLESS: ReadonlySet<string> = new Set(['USAGE', 'SELECT', 'SHOW VIEW', 'SHOW DATABASES', 'PROCESS'])

/** Reads a line of `show grants`. What it does not understand, as a role, may be any right. */
function writesBeyond(grant: string, prefix: string): boolean {
  const [, rights = '', database = ''] = /^GRANT (.+?) ON (?:\w+ )?(`(?:[^`]|``)+`|\*)\./s.exec(grant) ?? []
  const name = database.replaceAll('`', '').replaceAll('\\', '')
  if (rights !== '' && rights.split(', ').every((right) => HARMLESS.has(right))) return false
  return database === '*' || !name.startsWith(prefix)
}

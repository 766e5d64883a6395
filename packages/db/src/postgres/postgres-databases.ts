import { Buffer } from 'node:buffer'
import {
  quoteName,
  serverDatabases,
  textLiteral,
  type Adapter,
  type Connection,
  type Databases,
  type ServerAsk,
} from '../adapter/index.ts'
import { postgresFailure } from './postgres-failure.ts'

/** What databases are made and dropped from; not from themselves. */
const MAINTENANCE = ['postgres', 'template1'] as const

/** `insufficient_privilege` */
const NO_RIGHT = '42501'
/** The first version that drops a database with the connections to it. */
const WITH_FORCE = 130_000

/** What the databases of a server are reached by. */
export interface PostgresDatabasesParts {
  readonly place: string
  readonly user: string
  connect(database: string, signal: AbortSignal): Promise<Connection>
  at(database: string): Adapter
}

/** Databases beside the one of an adapter. */
export function postgresDatabases({ place, user, connect, at }: PostgresDatabasesParts): Databases {
  const { run, checkName } = serverDatabases({
    place,
    failureOf: postgresFailure,
    connect: (signal) => connectForMaintenance(connect, signal),
    nameLimit: { most: 63, sizeOf: (name) => Buffer.byteLength(name) },
    remedyOf: (error) =>
      (error as { code?: unknown }).code === NO_RIGHT
        ? `The user ${user} needs the right to make databases: alter role ${quote(user)} createdb.`
        : undefined,
  })
  const create = (name: string, template: string, further = ''): Promise<void> => {
    checkName(name)
    const text = `create database ${quote(name)} template ${quote(template)}${further}`
    return run(`make the database ${name}`, async (ask) => void (await ask(text)))
  }
  return {
    // Nobody can be connected to template0, which would be in the way, and it takes any encoding.
    create: (name) => create(name, 'template0', ` encoding 'UTF8'`),
    drop: (name) => run(`drop the database ${name}`, (ask) => drop(ask, name)),
    at: (name) => {
      checkName(name)
      return at(name)
    },
    list: (prefix) =>
      run('list its databases', async (ask) => {
        const rows = await ask(
          `select d.datname::text as name, exists (select from pg_stat_activity a where a.datid = d.oid)::int as used
          from pg_database d where starts_with(d.datname::text, $1) order by d.datname`,
          [prefix],
        )
        return rows.map(({ name, used }) => ({ name: String(name), isInUse: Number(used) > 0 }))
      }),
    rightsBeyond: () =>
      run('say what its user may', async (ask) => {
        const [row] = await ask(
          'select rolsuper::int as super, rolcreaterole::int as roles from pg_roles where rolname = current_user',
        )
        if (Number(row?.['super']) === 1) return 'is a superuser'
        return Number(row?.['roles']) === 1 ? 'may change roles' : undefined
      }),
    copies: {
      create: (name, template) => create(name, template),
      rename: (from, to) => {
        checkName(to)
        const text = `alter database ${quote(from)} rename to ${quote(to)}`
        return run(`rename the database ${from}`, async (ask) => void (await ask(text)))
      },
    },
  }
}

function quote(name: string): string {
  return quoteName(name, '"')
}

/** A server may lack the first, or keep users from it. */
async function connectForMaintenance(
  connect: PostgresDatabasesParts['connect'],
  signal: AbortSignal,
): Promise<Connection> {
  const [first, second] = MAINTENANCE
  try {
    return await connect(first, signal)
  } catch (error) {
    const { kind } = postgresFailure(error)
    if (kind !== 'no-database' && kind !== 'authentication') throw error
    return connect(second, signal).catch(() => {
      throw error
    })
  }
}

async function drop(ask: ServerAsk, name: string): Promise<void> {
  const [version] = await ask('show server_version_num')
  const isForced = Number(version?.['server_version_num']) >= WITH_FORCE
  if (!isForced)
    await ask(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = ${textLiteral(name)} and pid <> pg_backend_pid()`,
    )
  await ask(`drop database if exists ${quote(name)}${isForced ? ' with (force)' : ''}`)
}

// The systems on which the tests run: SQLite always, the servers where they answer.
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePerWorker } from '@keelson/db/testing'
import { systemOf, type System } from '../src/database.ts'
import { tables } from '../src/tables.ts'

const {
  KEELSON_TEST_POSTGRES_URL = 'postgres://postgres@127.0.0.1:5432',
  KEELSON_TEST_MARIADB_URL = 'mysql://root@127.0.0.1:3306',
  CI,
  REQUIRE_SERVICES,
} = process.env

/** URLs by the names of systems. */
export const URLS: Readonly<Record<string, string>> = {
  SQLite: join(tmpdir(), 'conduit.db'),
  PostgreSQL: `${KEELSON_TEST_POSTGRES_URL}/postgres`,
  MariaDB: `${KEELSON_TEST_MARIADB_URL}/mysql`,
}

/** A database of its own on a system, with the tables; undefined where no server answers, which CI requires. */
export async function systemOn(name: string): Promise<System | undefined> {
  const url = URLS[name] as string
  if (URL.canParse(url)) {
    const { hostname, port } = new URL(url)
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port) }, () =>
        resolve(socket.end() !== undefined),
      )
      socket.once('error', () => resolve(false))
    })
    if (!answers && (CI !== undefined || REQUIRE_SERVICES === 'true'))
      throw new Error(`No ${name} answers at ${hostname}:${port}.`)
    if (!answers)
      process.stderr.write(`no ${name} answers at ${hostname}:${port}, so that nothing was proven of it\n`)
    if (!answers) return undefined
  }
  const { adapter, folder } = systemOf(url)
  return { adapter: databasePerWorker(adapter, tables, { migrations: { folder } }), folder }
}

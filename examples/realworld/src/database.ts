import type { Plugin } from '@keelson/core'
import { database, type Adapter } from '@keelson/db'
import { mysql } from '@keelson/db/mysql'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { DB, tables } from './tables.ts'

/** A system, and the folder of its migrations: types and constraints have other names on each. */
export interface System {
  readonly adapter: Adapter
  readonly folder: URL
}

/** The system that a URL names. */
export function systemOf(url: string): System {
  if (/^postgres(?:ql)?:/.test(url)) return { adapter: postgres(url), folder: folderOf('postgres') }
  if (/^(?:mysql|mariadb):/.test(url)) return { adapter: mysql(url), folder: folderOf('mysql') }
  return { adapter: sqlite(url), folder: folderOf('sqlite') }
}

function folderOf(system: string): URL {
  return new URL(`../migrations/${system}`, import.meta.url)
}

const isDevelopment = ['', 'development', 'test'].includes(process.env['NODE_ENV'] ?? '')

/** The database of the app. In production `keelson db migrate` runs before its processes start, which then only look. */
export function databaseOn({ adapter, folder }: System): Plugin {
  return database(DB, adapter, tables, {
    migrations: { folder, migrateAtStart: isDevelopment },
    seeds: { folder: new URL('../seeds', import.meta.url) },
  })
}

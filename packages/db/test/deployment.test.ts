// What `keelson check --deploy` finds of databases by their options: who makes the tables, and when.
import { createApp, token, type InspectOptions } from '@keelson/core'
import { expect, it } from 'vitest'
import {
  database,
  defineTables,
  integer,
  table,
  type AnyTables,
  type Database,
  type DatabaseOptions,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import type { Adapter } from '../src/adapter/index.ts'
import { migrationFolder, NO_TABLES } from './migrate/migration-folder.ts'

const tables = defineTables({ notes: table('notes', { id: integer().primary() }) })

async function warnings(
  options: DatabaseOptions,
  how: Partial<InspectOptions> = {},
  given: AnyTables = tables,
): Promise<readonly string[]> {
  const DB = token<Database<typeof given>>('shop')
  const plugins = [database(DB, sqlite('/nowhere/at/all/shop.db'), given, options)]
  const app = createApp({ routes: {}, plugins, mode: 'production', log: false, server: { trustProxy: 1 } })
  const { signal } = new AbortController()
  const found = await app['~internal'].inspect({ isOffline: true, isForDeployment: true, signal, ...how })
  return (found.warnings ?? []).map(({ code, place, message }) => `${code} ${place}: ${message}`)
}

it('a database with tables that nothing makes is found', async () => {
  using folder = migrationFolder()
  expect(await warnings({})).toEqual([
    'deploy-tables database shop: It has tables and no migrations: keelson db migrate makes none of them.',
  ])
  expect(await warnings({ migrations: { folder: folder.path } })).toEqual([])
  expect(await warnings({ createTables: true })).toEqual([])
  expect(await warnings({}, {}, NO_TABLES)).toEqual([])
  expect(await warnings({}, { isForDeployment: false })).toEqual([])
})

it('migrations that each of several processes applies are found', async () => {
  using folder = migrationFolder()
  const atStart = { migrations: { folder: folder.path, migrateAtStart: true } }
  expect(await warnings(atStart, { replicas: 2 })).toEqual([
    'deploy-migrate database shop: Each of 2 processes applies migrations at its start: one does, the others wait, and phases.startMs ends what takes longer.',
  ])
  expect(await warnings(atStart, { replicas: 1 })).toEqual([])
  expect(await warnings(atStart)).toEqual([])
  expect(await warnings({ migrations: { folder: folder.path } }, { replicas: 2 })).toEqual([])
})

it('a database that loses what it is given is found', async () => {
  const problems = async (adapter: Adapter, options: DatabaseOptions, replicas = 1) => {
    const plugins = [database(token<Database<typeof NO_TABLES>>('shop'), adapter, NO_TABLES, options)]
    const app = createApp({ routes: {}, plugins, mode: 'production', log: false })
    const { signal } = new AbortController()
    const how = { isOffline: true, isForDeployment: true, replicas, signal }
    return (await app['~internal'].inspect(how)).problems.map(({ code }) => code)
  }
  const file = '/nowhere/at/all/shop.db'
  expect(await problems(sqlite(':memory:'), {})).toEqual(['deploy-database-memory'])
  expect(await problems(sqlite(file), {})).toEqual([])
  expect(await problems(sqlite(file), {}, 2)).toEqual(['deploy-database-file'])
  expect(await problems(sqlite(file), { createTables: true })).toEqual(['deploy-create-tables'])
})

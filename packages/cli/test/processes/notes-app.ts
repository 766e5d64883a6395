// An app whose start applies migrations: `FOLDER` has them, and seeds; `FILE` is its database.
import { cache } from '@keelson/cache'
import { createApp, plugin, route, token } from '@keelson/core'
import { database, defineTables, integer, table, type Database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { join } from 'node:path'

const { FOLDER = '', FILE = '' } = process.env
export const tables = defineTables({ notes: table('notes', { id: integer().primary() }) })
const DB = token<Database<typeof tables>>('db')
const notes = plugin({
  name: 'notes',
  inject: { db: DB },
  commands: {
    'notes add': {
      description: 'Adds one',
      needs: 'started',
      run: async ({ app }) => void (await app.services.db.notes.insert({ id: 1 })),
    },
  },
})

export const app = createApp({
  routes: { count: route.inject({ db: DB }).get('/', { access: 'public' }, ({ db }) => db.notes.count()) },
  plugins: [
    database(DB, sqlite(FILE), tables, {
      migrations: { folder: join(FOLDER, 'migrations'), migrateAtStart: true },
      seeds: { folder: join(FOLDER, 'seeds') },
    }),
    cache(),
    notes,
  ],
  log: { level: 'error' },
})

import { DatabaseSync } from 'node:sqlite'
import { bind, plugin, token, type Plugin } from '@keelson/core'

/** Stands for the open database, wherever a service needs it. */
export const DATABASE = token<DatabaseSync>('database', { providedBy: 'the plugin database()' })

/** Opens the file when the app starts, creating it the first time, and closes it when the app stops. */
export function database(file: string): Plugin {
  const db = new DatabaseSync(file, { open: false, timeout: 2000 })
  return plugin({
    name: 'database',
    setup: (app) => app.provide(bind(DATABASE, { value: db })),
    start: () => {
      db.open()
      db.exec('PRAGMA journal_mode = WAL')
      db.exec(TABLES)
    },
    health: () => {
      db.exec('SELECT 1')
      return { status: 'up' }
    },
    stop: () => db.close(),
  })
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    customer TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    items TEXT NOT NULL CHECK (json_valid(items)),
    total_cents INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT
`

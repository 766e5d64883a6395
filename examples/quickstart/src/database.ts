import { DatabaseSync } from 'node:sqlite'
import { bind, token, type Plugin } from '@keelson/core'

export const DATABASE = token<DatabaseSync>('database', { providedBy: 'the plugin database()' })

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    customer TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    total_cents INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS order_items (
    order_number INTEGER NOT NULL REFERENCES orders (number),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL,
    PRIMARY KEY (order_number, position)
  ) STRICT;
`

/** Opens the file at start, creating it and its tables on the first one, and closes it at stop. */
export function database(file: string): Plugin {
  const db = new DatabaseSync(file, { open: false })
  return {
    name: 'database',
    setup: (app) => app.provide(bind(DATABASE, { value: db })),
    start: () => {
      db.open()
      db.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;')
      db.exec(SCHEMA)
    },
    health: () => ({ status: db.prepare('SELECT 1 AS one').get()?.['one'] === 1 ? 'up' : 'down' }),
    stop: () => db.close(),
  }
}

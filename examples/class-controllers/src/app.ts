import { createApp, type AppOptions } from '@keelson/core'
import { database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { docs } from '@keelson/openapi'
import { config } from './config.ts'
import { orders } from './orders/orders.controller.ts'
import { DB, tables } from './orders/orders.table.ts'

/** What a root module lists elsewhere. Services need no list: who injects one gets it. */
export function ordersIn(file: string) {
  return {
    name: 'class-controllers',
    routes: { orders },
    plugins: [
      // One process: it applies what is pending when it starts.
      database(DB, sqlite(file), tables, {
        migrations: { folder: new URL('../migrations', import.meta.url), migrateAtStart: true },
      }),
      docs({ access: 'public', info: { title: 'Orders', version: '1.0.0' } }),
    ],
  } satisfies AppOptions
}

export const app = createApp(ordersIn(config.DATABASE_FILE))

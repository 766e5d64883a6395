import { cache } from '@keelson/cache'
import { createApp, route } from '@keelson/core'
import { database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { cors, rateLimit, securityHeaders } from '@keelson/http'
import { docs } from '@keelson/openapi'
import { config } from './config.ts'
import { keys, shopKeys } from './keys.ts'
import { orders } from './orders.routes.ts'
import { DB, tables } from './tables.ts'

const home = route.get('/', { access: 'public' }, () => ({
  orders: '/orders',
  docs: '/docs',
  health: ['/livez', '/readyz'],
}))

/** Put together, not started: `main.ts` listens, and the `keelson` command looks into it. */
export const app = createApp({
  name: 'quickstart',
  routes: { home, orders },
  use: [
    securityHeaders(),
    cors({ origins: config.ORIGINS }),
    rateLimit({ limit: config.REQUESTS_PER_MINUTE, windowMs: 60_000 }),
  ],
  providers: [shopKeys],
  plugins: [
    // One process: it applies what is pending when it starts. Of several, each would only look, after `keelson db migrate`.
    database(DB, sqlite(config.DATABASE_FILE), tables, {
      migrations: { folder: new URL('../migrations', import.meta.url), migrateAtStart: true },
    }),
    // In the memory of this process; `cache(redis(url))` for several.
    cache(),
    keys,
    docs({ access: 'public', info: { title: 'Quickstart', version: '1.0.0' } }),
  ],
  log: { level: config.LOG_LEVEL },
})
export type Api = typeof app.routes

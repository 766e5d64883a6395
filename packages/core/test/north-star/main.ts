import { createApp } from '@keelson/core'
import { docs } from '@keelson/openapi'
import { config } from './config.ts'
import { orders } from './orders.ts'
import { cache, redis } from './stand-ins/cache.ts'
import { database, postgres } from './stand-ins/db.ts'
import { cors, securityHeaders } from './stand-ins/http.ts'
import { DB, tables } from './tables.ts'

export const app = createApp({
  name: 'shop',
  routes: { orders },
  secrets: [config.APP_SECRET],
  use: [securityHeaders(), cors({ origins: config.ORIGINS })],
  plugins: [
    database(DB, postgres(config.DATABASE_URL), tables),
    cache(redis(config.REDIS_URL)),
    docs({ access: 'public' }),
  ],
})
await app.listen({ port: config.PORT })

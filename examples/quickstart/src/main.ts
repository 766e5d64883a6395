import { createApp, route } from '@keelson/core'
import { config } from './config.ts'
import { database } from './database.ts'
import { orders } from './orders.ts'

const home = route.get('/', { access: 'public' }, () => ({
  orders: '/orders',
  health: ['/livez', '/readyz'],
}))

const app = createApp({
  name: 'quickstart',
  routes: { home, orders },
  plugins: [database(config.DATABASE_FILE)],
  log: { level: config.LOG_LEVEL },
})
export type Api = typeof app.routes

const { urls } = await app.listen({ port: config.PORT })
console.log(
  `\nThe quickstart is running:\n  ${urls.join('\n  ')}\nWhat to try: README.md. Ctrl+C stops it.\n`,
)

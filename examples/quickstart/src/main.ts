import { createApp, route } from '@keelson/core'
import { config } from './config.ts'
import { database } from './database.ts'
import { orders } from './orders.ts'

const home = route.get('/', { access: 'public' }, () => ({ name: 'quickstart', orders: '/orders', health: ['/livez', '/readyz'] }))

const app = createApp({
  name: 'quickstart',
  routes: { home, orders },
  plugins: [database(config.DATABASE_FILE)],
  log: { level: config.LOG_LEVEL },
})
export type Api = typeof app.routes

const { urls } = await app.listen({ port: config.PORT })
console.log(['', 'The quickstart is running:', ...urls.map((url) => `  ${url}/orders`), 'Stop it with Ctrl+C.', ''].join('\n'))

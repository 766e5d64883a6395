import { app } from './app.ts'
import { config } from './config.ts'

const { urls } = await app.listen({ port: config.PORT })
console.log(`\nOrders are served:\n  ${urls.join('\n  ')}\nWhat to try: README.md. Ctrl+C stops it.\n`)

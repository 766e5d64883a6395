import { app } from './app.ts'
import { config } from './config.ts'
import { demoKeys } from './keys.ts'

const { urls } = await app.listen({ port: config.PORT })
const exports = Array.from(
  demoKeys,
  ([user, key]) => `  export ${user.toUpperCase()}=${key.reveal()}\n`,
).join('')
console.log(`
The quickstart is running:
  ${urls.join('\n  ')}
${exports && `Demo keys, new at each start:\n${exports}`}What to try: README.md. Ctrl+C stops it.
`)

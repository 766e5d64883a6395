// W11: examples/realworld as it is, with the packages as npm users get them.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { APP_SECRET, conduitDir, CONDUIT_URL, POOL_SIZE } from '../../domain/conduit.ts'
import { POOL_OPTIONS } from '../../domain/items.ts'

if (POOL_SIZE !== 10)
  throw new Error('The adapter has ten connections, and the example does not say otherwise.')
Object.assign(process.env, {
  APP_SECRET,
  DATABASE_URL: `${CONDUIT_URL}?application_name=${POOL_OPTIONS.application_name}`,
})
await import(pathToFileURL(join(conduitDir(), 'dist/main.js')).href)

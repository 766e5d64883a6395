// Without this file `npm test` does not run on a machine with only Node 20 and npm.
// Installs, then hands over to scripts/check.ts; `npm test -- --only lint` runs one step.
import { install, run } from './pinned.mjs'

await install()
process.exitCode = await run('node', ['scripts/check.ts', ...process.argv.slice(2)])

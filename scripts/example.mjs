// Without this file an example could not be copied out on a machine with only Node 20 and npm: its packages are those of this
// repository, and have to be packed first.
import { existsSync, readdirSync } from 'node:fs'
import { exampleOrExit } from './examples.mjs'
import { install, run, runOrExit } from './pinned.mjs'

const [name, folder] = process.argv.slice(2)
exampleOrExit(name)
if (folder === undefined || (existsSync(folder) && readdirSync(folder).length > 0)) {
  console.error(`Name a new or empty folder: npm run example -- ${name} ../my-${name}`)
  process.exit(1)
}
await install()
await runOrExit('pnpm', ['--reporter=append-only', 'run', 'build'])
await runOrExit('pnpm', ['run', 'pack'])
process.exitCode = await run('node', ['scripts/copy-example.ts', name, folder])

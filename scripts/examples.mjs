// Without this file a name that no example has would be found out after minutes: `npm start` and `npm run example` look first.
// Runs before anything is installed, so: plain JavaScript, Node built-ins only.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './pinned.mjs'

/** Folder and scripts of an example. Exits the process when there is none of this name. */
export function exampleOrExit(name) {
  const names = readdirSync(join(root, 'examples'))
  if (!names.includes(name)) {
    console.error(`There is no example "${name ?? ''}". Write one of these names: ${names.join(', ')}.`)
    process.exit(1)
  }
  const dir = join(root, 'examples', name)
  return { dir, ...JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) }
}

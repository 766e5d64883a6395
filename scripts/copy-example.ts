// Without this file a container would hold the whole workspace: `node scripts/copy-example.ts realworld /app --omit=dev` copies an
// example out, with what it needs to run, once the packages are packed. `npm run example` packs them first.
import { resolve } from 'node:path'
import { copyExample } from './example-copy.ts'

const [name, dir, ...flags] = process.argv.slice(2)
if (name === undefined || dir === undefined) throw new Error('Write: copy-example.ts <name> <folder>')
copyExample(name, resolve(dir), flags)
console.log(`${name} is in ${resolve(dir)}, where \`npm start\` starts it on Node 22.21 or later.`)

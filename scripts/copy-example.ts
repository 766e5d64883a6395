// Without this file a container would hold the whole workspace: `node scripts/copy-example.ts realworld /app` copies an example out, with
// what it needs to run, once the packages are packed.
import { copyExample } from './example-copy.ts'

const [name, dir] = process.argv.slice(2)
if (name === undefined || dir === undefined) throw new Error('Write: copy-example.ts <name> <folder>')
copyExample(name, dir, ['--omit=dev'])

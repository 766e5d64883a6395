// Without this file the page of docs() would have to be read from disk, where bundlers and packed programs do not find it:
// writes the sources of packages/core/src/openapi/page into a module. A test tells when that module is out of date.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mustRun, root } from './workspace.ts'

const room = join(root, 'packages/core/src/openapi')
const files = globSync('page/*.{js,css}', { cwd: room }).sort()
const entries = files.map(
  (file) => `  ${JSON.stringify(basename(file))}: ${JSON.stringify(readFileSync(join(room, file), 'utf8'))},`,
)
const target = join(room, 'page-files.ts')
writeFileSync(
  target,
  `// Made by scripts/build-docs-page.ts from page/; change it there.

/** Files of the docs page by name. */
export const PAGE_FILES: Readonly<Record<string, string>> = {
${entries.join('\n')}
}
`,
)
mustRun('oxfmt', [target])
console.log(`${files.length} files written`)

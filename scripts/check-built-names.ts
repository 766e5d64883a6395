// Without this file the bundler may rename what a package exports, and messages, logs and stack traces show a name that nobody
// can import: compares the name of each exported class and function, as it is built, with the one it is exported under.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, report } from './workspace.ts'

/** Names that are shown instead of the exported one, and why that is right. */
const OTHERS: Readonly<Record<string, string>> = {
  decorate: 'the decorators of controllers differ in their method alone, and their messages name it',
  suite: 'each suite has its name in the titles of its cases and in its messages',
  tag: 'sql is a template tag with functions on it, and its messages call it sql',
}

const problems = new Set<string>()
const shown = new Set<string>()
let count = 0

for (const { dir, name } of packages()) {
  for (const file of builtFiles(dir)) await checkFile(name, file)
}
for (const other of Object.keys(OTHERS)) {
  if (!shown.has(other)) problems.add(`Nothing is built as ${other}: remove it from OTHERS.`)
}
report([...problems], `${count} exported classes and functions have their names as they are built`)

async function checkFile(owner: string, file: string): Promise<void> {
  if (!existsSync(file)) {
    problems.add(`${file} is missing. Run \`pnpm run build\` first.`)
    return
  }
  const exported = Object.entries((await import(file)) as Readonly<Record<string, unknown>>)
  for (const [name, value] of exported) {
    if (typeof value === 'function') checkName(owner, name, value.name)
  }
}

function checkName(owner: string, name: string, built: string): void {
  count += 1
  if (built === name) return
  shown.add(built)
  if (OTHERS[built] === undefined)
    problems.add(
      `${owner}: ${name} is built as ${built}. Give it that name (defineError takes \`name\`), or a reason in OTHERS.`,
    )
}

/** What a package publishes under a name, for every condition. */
function builtFiles(dir: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly publishConfig: { readonly exports: unknown }
  }
  const targets = JSON.stringify(manifest.publishConfig.exports).match(/\.\/dist\/[^"]+\.js(?=")/g) ?? []
  return [...new Set(targets)].map((target) => join(dir, target))
}

// Without this file the first page that readers follow may fail under their hands: does what docs/guides/getting-started.md says in
// a project outside the workspace. It installs what the page installs and nothing else, compiles its files with its settings,
// runs its tests, and writes its first migration.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fencesOfPage } from './fences.ts'
import { namesInstalledBy, projectWith } from './page-installs.ts'
import { mustRun, root } from './workspace.ts'

const PAGE = 'docs/guides/getting-started.md'
const text = readFileSync(join(root, PAGE), 'utf8')
const dir = projectWith(namesInstalledBy(text))
writeFileSync(join(dir, 'tsconfig.json'), /^```json\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '')
const files = fencesOfPage(PAGE).flatMap(({ code }) => {
  const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1]
  return name === undefined ? [] : [{ name, code }]
})
for (const { name, code } of files) writeFileSync(join(dir, name), code)
mustRun('npm', ['exec', '--no', '--', 'tsc'], { cwd: dir })
mustRun('node', ['--test', ...files.map(({ name }) => name).filter((name) => name.endsWith('.test.ts'))], {
  cwd: dir,
})
keelson('routes', '--app', 'app.ts')
keelson('db', 'diff', 'create', 'tasks', '--app', 'tasks-app.ts')
keelson('db', 'check', '--write', '--app', 'tasks-app.ts')
console.log(`the ${files.length} files of ${PAGE} compile and pass their tests`)

function keelson(...args: readonly string[]): void {
  mustRun('npm', ['exec', '--no', '--', 'keelson', ...args], { cwd: dir })
}

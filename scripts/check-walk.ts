// Without this file the first page that readers follow may fail under their hands: does what docs/guides/getting-started.md says in
// a project outside the workspace. It installs what the page installs and nothing else, compiles its files with its settings,
// runs its tests, writes its first migration, and starts it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fencesOfPage } from './fences.ts'
import { namesInstalledBy, projectWith } from './page-installs.ts'
import { mustRun, root } from './workspace.ts'

const PAGE = 'docs/guides/getting-started.md'
/** Longer than a start takes on a busy machine. */
const START_MS = 60_000
/** As `main.ts`, on a free port. */
const ASKS = `
  import { app } from './app.ts'
  const { urls } = await app.listen({ port: 0 })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ title: 'Water the plants' })
  const { status } = await fetch(urls[0] + '/tasks', { method: 'POST', headers, body })
  if (status !== 201) throw new Error('A task is answered with ' + status + '.')
  await app.stop()`

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
keelson('db', 'diff', 'create', 'tasks', '--app', 'app.ts')
keelson('db', 'check', '--write', '--app', 'app.ts')
mustRun('node', ['--input-type=module', '--eval', ASKS], { cwd: dir, timeoutMs: START_MS })
console.log(`the ${files.length} files of ${PAGE} compile and pass their tests`)

function keelson(...args: readonly string[]): void {
  mustRun('npm', ['exec', '--no', '--', 'keelson', ...args], { cwd: dir })
}

// Without this file a package may break on a Node that it promises to support: installs the tarballs outside the
// workspace and runs each package's test/smoke.mjs there on the given version of Node (`node scripts/smoke.ts 22.21.0`).
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { outsideProject } from './outside.ts'
import { mustRun, packages, report, run } from './workspace.ts'

const version = process.argv[2] ?? process.versions.node
const problems: string[] = []
const dir = outsideProject({ manager: 'npm' })
const node = nodeBinary(version)

for (const pkg of packages()) {
  const program = join(pkg.dir, 'test', 'smoke.mjs')
  if (!existsSync(program)) {
    problems.push(`${pkg.name} has no test/smoke.mjs.`)
    continue
  }
  const copy = join(dir, `${pkg.name.replace('/', '-')}.mjs`)
  copyFileSync(program, copy)
  const { ok, output } = run(node, [copy], { cwd: dir })
  if (!ok) problems.push(`${pkg.name} fails on Node ${version}:\n${output}`)
}
report(problems, `${packages().length} packages run on Node ${version}`)

/** The `node` package of npm brings the binary of that version. */
function nodeBinary(wanted: string): string {
  const print = ['node', '-p', 'process.version + " " + process.execPath']
  const [got, path] = mustRun('npx', ['--yes', `--package=node@${wanted}`, '--', ...print], {
    cwd: dir,
  }).split(/\s+/)
  if (got === `v${wanted}` && path !== undefined) return path
  throw new Error(`Asked for Node ${wanted}, got ${got}.`)
}

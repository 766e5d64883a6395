// Without this file the packages may only work inside this repository: installs the tarballs outside of it, compiles
// the code of the READMEs, and what third parties build on the packages (test/third-party), with the given TypeScript
// (`node scripts/consumer.ts 5.9.3`), library declarations included, and runs it.
import { cpSync, globSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { placeOf, runs, save, toModules } from './fence-modules.ts'
import { fencesOfPage, pages } from './fences.ts'
import { outsideProject } from './outside.ts'
import { packages, report, run, subpaths } from './workspace.ts'

const TIMEOUT_SECONDS = '20'

const version = process.argv[2] ?? '6.0.3'
const problems: string[] = []
const dir = outsideProject({ manager: 'npm', dependencies: { typescript: version } })
const modules = toModules(dir, pages(['README.md', 'packages/*/README.md']).flatMap(fencesOfPage), problems)
if (modules.length === 0) problems.push('The READMEs show no code.')
for (const module of modules) save(module)

// Every subpath, whether a README names it or not: without skipLibCheck all its declarations are compiled.
const all = packages().flatMap(subpaths)
const lines = all.map(({ specifier }, index) => `export * as subpath${index} from '${specifier}'`)
writeFileSync(join(dir, 'everything.ts'), lines.join('\n'))

const programs = packages().flatMap((pkg) =>
  globSync('test/third-party', { cwd: pkg.dir }).map((folder) => {
    const copy = join(dir, `${basename(pkg.dir)}-third-party`)
    cpSync(join(pkg.dir, folder), copy, { recursive: true })
    return join(copy, 'program.ts')
  }),
)

const compiled = run(join(dir, 'node_modules', '.bin', 'tsc'), ['-p', dir], { cwd: dir })
if (!compiled.ok) problems.push(compiled.output)
for (const module of compiled.ok ? modules.filter(runs) : []) {
  const { ok, output } = run('timeout', [TIMEOUT_SECONDS, 'node', module.path], { cwd: dirname(module.path) })
  if (!ok) problems.push(`${placeOf(module, 0)} does not run or does not end:\n${output}`)
}
for (const program of compiled.ok ? programs : []) {
  const { ok, output } = run('timeout', [TIMEOUT_SECONDS, 'node', program], { cwd: dirname(program) })
  if (!ok) problems.push(`${basename(dirname(program))} does not run or does not end:\n${output}`)
}
report(problems, `${modules.length + programs.length} programs compile with TypeScript ${version} and run`)

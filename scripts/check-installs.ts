// Without this file what a package brings along grows unseen, and its README says numbers that are not true: runs the
// `npm install` of each README with the tarballs in an empty project, and counts packages and megabytes. The README says the
// count, "installs 3 packages and less than 3 MB"; the limits of both are `install` in the size.json of the package.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { limitsOf } from './limits.ts'
import { namesInstalledBy, projectWith } from './page-installs.ts'
import { packages, report } from './workspace.ts'

const SAID = /installs (\d+) packages? and less than\s+(\d+) MB/

const problems: string[] = []
const counts: string[] = []
for (const pkg of packages()) {
  const readme = readFileSync(join(pkg.dir, 'README.md'), 'utf8')
  const names = namesInstalledBy(readme)
  if (!names.includes(pkg.name)) problems.push(`The README of ${pkg.name} has no \`npm install\` of it.`)
  const { installed, megabytes } = install(names)
  const { install: limit } = limitsOf(pkg).limits
  if (installed.length > limit.packages)
    problems.push(
      `${pkg.name} installs ${installed.length} packages; its limit is ${limit.packages}:\n${installed.join('\n')}`,
    )
  if (megabytes > limit.megabytes)
    problems.push(`${pkg.name} installs ${megabytes.toFixed(2)} MB; its limit is ${limit.megabytes}.`)
  const [, said, saidMegabytes] = SAID.exec(readme) ?? []
  if (Number(said) !== installed.length || Number(saidMegabytes) !== limit.megabytes)
    problems.push(
      `The README of ${pkg.name} must say "installs ${installed.length} packages and less than ${limit.megabytes} MB".`,
    )
  counts.push(`${pkg.name} ${installed.length} in ${megabytes.toFixed(2)} MB`)
}
report(problems, `packages that an install brings: ${counts.join(', ')}`)

function install(names: readonly string[]): {
  readonly installed: readonly string[]
  readonly megabytes: number
} {
  const dir = projectWith(names)
  const lock = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as { packages: object }
  const files = globSync('node_modules/**', { cwd: dir, exclude: ['**/node_modules/.package-lock.json'] })
  const found = files.map((file) => statSync(join(dir, file))).filter((one) => one.isFile())
  return {
    // Binaries for other platforms are in the lock file alone.
    installed: Object.keys(lock.packages).filter((path) => path !== '' && existsSync(join(dir, path))),
    megabytes: found.reduce((sum, { size }) => sum + size, 0) / 1e6,
  }
}

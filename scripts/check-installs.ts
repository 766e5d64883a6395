// Without this file what a package brings along grows unseen: installs each tarball alone into an empty project, as
// `npm install` of it does, and counts packages and megabytes. The limits are `install` in the size.json of each package;
// its README says the same numbers: "installs 3 packages and less than 3 MB".
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { limitsOf } from './limits.ts'
import { outsideProject } from './outside.ts'
import { packages, report } from './workspace.ts'

const SAID = /installs (\d+) packages? and less than\s+(\d+) MB/

const problems: string[] = []
const counts: string[] = []
for (const pkg of packages()) {
  const dir = outsideProject({ manager: 'npm', only: pkg })
  const lock = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as { packages: object }
  const installed = Object.keys(lock.packages).filter((path) => path !== '')
  const files = globSync('node_modules/**', { cwd: dir, exclude: ['**/node_modules/.package-lock.json'] })
  const bytes = files.map((file) => statSync(join(dir, file))).filter((one) => one.isFile())
  const megabytes = bytes.reduce((sum, { size }) => sum + size, 0) / 1e6
  const { install } = limitsOf(pkg).limits
  if (installed.length > install.packages)
    problems.push(
      `${pkg.name} installs ${installed.length} packages; its limit is ${install.packages}:\n${installed.join('\n')}`,
    )
  if (megabytes > install.megabytes)
    problems.push(`${pkg.name} installs ${megabytes.toFixed(2)} MB; its limit is ${install.megabytes}.`)
  const [, said, saidMegabytes] = SAID.exec(readFileSync(join(pkg.dir, 'README.md'), 'utf8')) ?? []
  if (Number(said) !== install.packages || Number(saidMegabytes) !== install.megabytes)
    problems.push(
      `The README of ${pkg.name} must say "installs ${install.packages} packages and less than ${install.megabytes} MB".`,
    )
  counts.push(`${pkg.name} ${installed.length} in ${megabytes.toFixed(2)} MB`)
}
report(problems, `packages that an install brings: ${counts.join(', ')}`)

// Without this file an example could be run in this repository alone: copies one out of the workspace, with the packages from
// their tarballs, which lie in its folder `packages`.
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mustRun, packages, root, tarballOf } from './workspace.ts'

/** Many times what an install takes. */
const INSTALL_MS = 300_000

/** Where the pages are to which a README leads. */
const REPOSITORY = 'https://github.com/keelson/keelson/tree/main'

/** The folder of a copy that holds the tarballs: it is moved and put into an image as a whole. */
const PACKED = 'packages'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Names of the examples. */
export function exampleNames(): readonly string[] {
  return globSync('examples/*/package.json', { cwd: root }).map((file) => file.split(/[/\\]/)[1] as string)
}

/** What an install or a run has left. */
const LEFT = /^(?:node_modules|dist|\.env)$|\.db(?:-\w+)?$/

/**
 * Copies an example, and installs what it needs.
 *
 * @param flags - of `npm install`
 */
export function copyExample(name: string, dir: string, flags: readonly string[] = []): void {
  const filter = (file: string): boolean => !LEFT.test(basename(file))
  cpSync(join(root, 'examples', name), dir, { recursive: true, filter })
  cpSync(join(root, 'tsconfig.base.json'), join(dir, 'tsconfig.base.json'))
  const readme = join(dir, 'README.md')
  writeFileSync(readme, readFileSync(readme, 'utf8').replaceAll('](../../', `](${REPOSITORY}/`))
  edit(join(dir, 'tsconfig.json'), (config) => ({ ...config, extends: './tsconfig.base.json' }))
  for (const pkg of packages()) cpSync(tarballOf(pkg), join(dir, PACKED, basename(tarballOf(pkg))))
  edit(join(dir, 'package.json'), (manifest) => withTarballs(manifest as Manifest))
  mustRun('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...flags], {
    cwd: dir,
    timeoutMs: INSTALL_MS,
  })
}

function edit(file: string, change: (json: object) => object): void {
  const json = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, `${JSON.stringify(change(json), null, 2)}\n`)
}

/** npm takes no override for what the project names itself. */
function withTarballs(manifest: Manifest): object {
  const ours = Object.fromEntries(
    packages().map((pkg) => [pkg.name, `file:${PACKED}/${basename(tarballOf(pkg))}`]),
  )
  const of = (list: Manifest['dependencies'] = {}): object =>
    Object.fromEntries(Object.entries(list).map(([name, range]) => [name, ours[name] ?? range]))
  const { dependencies, devDependencies } = manifest
  const named = { ...dependencies, ...devDependencies }
  const overrides = Object.fromEntries(Object.entries(ours).filter(([name]) => !(name in named)))
  return { ...manifest, dependencies: of(dependencies), devDependencies: of(devDependencies), overrides }
}

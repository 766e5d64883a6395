// Without this file a package may be published whose exports point nowhere, whose types do not resolve, or that lacks
// its licence: looks at the packed tarballs, as npm users get them.
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { importsOfBuild } from './imports.ts'
import { bundledPackages, heading, LICENSES } from './third-party.ts'
import { mustRun, type Package, packages, report, run, scratch, subpaths, tarballOf } from './workspace.ts'

interface PackedManifest {
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly engines?: { readonly node?: string }
}

const problems: string[] = []
const unpacked = scratch('unpacked')

for (const pkg of packages()) {
  const tarball = tarballOf(pkg)
  const publint = run('publint', ['run', tarball, '--strict', '--level', 'suggestion'])
  if (!publint.ok) problems.push(publint.output)
  const attw = run('attw', [tarball, '--profile', 'esm-only', '--no-emoji'])
  if (!attw.ok) problems.push(attw.output)
  const dir = join(unpacked, pkg.name)
  mkdirSync(dir, { recursive: true })
  mustRun('tar', ['-xzf', tarball, '-C', dir])
  checkContent(pkg, join(dir, 'package'))
}
report(problems, `${packages().length} tarballs are complete`)

function checkContent(pkg: Package, dir: string): void {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as PackedManifest
  const found = [
    ...checkExports(pkg, manifest, dir),
    ...checkFiles(pkg, dir),
    ...checkRanges(pkg, manifest),
    ...checkBuilt(dir),
    ...checkImports(pkg, manifest, dir),
    ...checkLicenses(dir),
  ]
  problems.push(...found.map((text) => `${pkg.name}: ${text}`))
}

function* checkExports(pkg: Package, manifest: PackedManifest, dir: string): Iterable<string> {
  for (const { specifier } of subpaths(pkg)) {
    const subpath = `.${specifier.slice(pkg.name.length)}`
    const target = manifest.exports[subpath] as ExportTarget | undefined
    if (target === undefined) yield `${subpath} is in exports, but not in publishConfig.exports.`
    for (const file of target === undefined ? [] : filesOf(target)) {
      if (!existsSync(join(dir, file))) yield `${subpath} points to ${file}, which is not in the tarball.`
    }
  }
}

/** A file, or one for each condition: `types`, `browser`, `default`. */
type ExportTarget = string | { readonly [condition: string]: ExportTarget }

function filesOf(target: ExportTarget): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf)
}

function* checkFiles(pkg: Package, dir: string): Iterable<string> {
  // A package that is a command alone has no index.
  const built = pkg.exports['.'] === undefined ? [] : ['dist/index.js.map', 'src/index.ts']
  for (const file of ['LICENSE', 'README.md', ...built]) {
    if (!existsSync(join(dir, file))) yield `${file} is not in the tarball.`
  }
  for (const file of globSync('**/*.{test,test-d}.*', { cwd: dir })) yield `${file} is a test.`
}

function* checkRanges(pkg: Package, manifest: PackedManifest): Iterable<string> {
  const siblings = new Set(packages().map(({ name }) => name))
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (/^(workspace|catalog|link|file):/.test(range)) yield `${name}@${range} cannot be installed from npm.`
    if (siblings.has(name) && range !== pkg.version)
      yield `${name}@${range} is not its own version, ${pkg.version}. Write "workspace:*".`
  }
  if (manifest.engines?.node !== '>=22.21.0') yield 'engines.node must be ">=22.21.0".'
}

/**
 * What a module takes from `export *` of another package is looked up in an object of getters at each use. An ES import of node:http reads
 * all that it has, and loads the whole of fetch with it.
 */
function* checkBuilt(dir: string): Iterable<string> {
  for (const file of globSync('dist/**/*.js', { cwd: dir })) {
    const code = readFileSync(join(dir, file), 'utf8')
    if (/^__reExport\(/m.test(code))
      yield `${file} looks names up at run time: export them by name where it says \`export *\` of a package.`
    if (/^import [^'"]*["']node:https?["']/m.test(code) && !file.includes('testing'))
      yield `${file} imports node:http: take it by createRequire, which does not load the whole of fetch.`
  }
}

/** What is imported is installed: code of other packages is in our files, and their types are named nowhere. */
function* checkImports(pkg: Package, manifest: PackedManifest, dir: string): Iterable<string> {
  const installed = { ...manifest.dependencies, ...manifest.peerDependencies, [pkg.name]: '' }
  for (const { file, specifier } of importsOfBuild(join(dir, 'dist'))) {
    if (/^\.|^node:/.test(specifier)) continue
    const owner = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    if (installed[owner] === undefined)
      yield `${relative(dir, file)} imports ${specifier}, which is not installed with it.`
  }
}

function* checkLicenses(dir: string): Iterable<string> {
  const file = join(dir, LICENSES)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  for (const name of bundledPackages(dir)) {
    if (!text.includes(`\n${heading(name, '')}`)) yield `The licence of ${name} is not in ${LICENSES}.`
  }
}

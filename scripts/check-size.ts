// Without this file a package grows unseen: counts, for each published subpath, the gzipped bytes of our own code that
// importing it loads, the outside modules it loads, and for each package the packages that npm installs with it.
// The limits are in bench/size/limits.json; `node scripts/check-size.ts --write` sets them to today's numbers and a tenth.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Package, packages, report, root, subpaths } from './workspace.ts'

interface Limit {
  readonly gzipBytes: number
  /** Exactly the outside modules that are loaded, node:http and its kin included. */
  readonly loads: readonly string[]
}

interface Limits {
  readonly subpaths: Readonly<Record<string, Limit>>
  readonly installedPackages: Readonly<Record<string, number>>
}

const problems: string[] = []
const limitsFile = join(root, 'bench', 'size', 'limits.json')
const limits = JSON.parse(readFileSync(limitsFile, 'utf8')) as Limits
const today = { subpaths: {} as Record<string, Limit>, installedPackages: {} as Record<string, number> }

for (const pkg of packages()) {
  for (const { specifier, source } of subpaths(pkg)) {
    const entry = source.replace('/src/', '/dist/').replace(/\.ts$/, '.js')
    if (existsSync(entry)) checkSubpath(specifier, entry)
    else problems.push(`${entry} is missing. Run \`pnpm run build\` first.`)
  }
  checkInstalled(pkg)
}
if (process.argv.includes('--write')) {
  writeFileSync(limitsFile, `${JSON.stringify(today, null, 2)}\n`)
  problems.length = 0
}
report(problems, 'every subpath is within its limits')

function checkSubpath(specifier: string, entry: string): void {
  const { code, outside } = load(entry)
  const bytes = gzipSync(code, { level: 9 }).length
  const loads = [...outside]
    .filter((name) => !name.startsWith('node:') || name.startsWith('node:http'))
    .sort()
  today.subpaths[specifier] = { gzipBytes: Math.ceil(bytes * 1.1), loads }
  const limit = limits.subpaths[specifier]
  if (limit === undefined) {
    problems.push(`${specifier} (${bytes} bytes, loads ${loads.join(', ')}) has no limit.`)
    return
  }
  if (bytes > limit.gzipBytes)
    problems.push(`${specifier} is ${bytes} bytes gzipped; its limit is ${limit.gzipBytes}.`)
  if (loads.join() !== [...limit.loads].sort().join()) {
    problems.push(`${specifier} loads ${loads.join(', ')}; agreed is ${limit.loads.join(', ')}.`)
  }
}

/** What one import statement loads: our own modules as one text, the rest by name. Dynamic imports are not followed. */
function load(entry: string): { readonly code: string; readonly outside: ReadonlySet<string> } {
  const outside = new Set<string>()
  const files = new Map<string, string>()
  const queue = [entry]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue
    const code = readFileSync(file, 'utf8')
    files.set(file, code)
    for (const match of code.matchAll(/^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*"([^"]+)"/gm)) {
      const name = match[1] ?? ''
      if (name.startsWith('.')) queue.push(join(dirname(file), name))
      else outside.add(name)
    }
  }
  return { code: [...files.values()].join('\n'), outside }
}

function checkInstalled(pkg: Package): void {
  const found = new Set<string>()
  const visit = (dir: string, names: readonly string[]): void => {
    for (const name of names) {
      const target = resolve(dir, name)
      if (found.has(target)) continue
      found.add(target)
      const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Partial<Package>
      visit(target, Object.keys(manifest.dependencies ?? {}))
    }
  }
  visit(pkg.dir, Object.keys(pkg.dependencies))
  today.installedPackages[pkg.name] = found.size
  const limit = limits.installedPackages[pkg.name] ?? 0
  if (found.size > limit) problems.push(`${pkg.name} installs ${found.size} packages; its limit is ${limit}.`)
}

function resolve(dir: string, name: string): string {
  const candidate = join(dir, 'node_modules', name)
  return existsSync(candidate) ? realpathSync(candidate) : resolve(dirname(dir), name)
}

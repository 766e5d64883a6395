// Without this file a package grows unseen: counts, for each published subpath, the gzipped bytes of our own code that
// importing it loads, siblings included, and the outside modules it loads. The limits are in the size.json of each package;
// `node scripts/check-size.ts --write` sets them to today's numbers and a tenth.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { limitsOf, type SubpathLimit } from './limits.ts'
import { builtFile, packages, report, subpaths, toBuilt, type Package } from './workspace.ts'

const problems: string[] = []
for (const pkg of packages()) checkPackage(pkg)
report(problems, 'every subpath is within its limits')

function checkPackage(pkg: Package): void {
  const { file, limits } = limitsOf(pkg)
  const today: Record<string, SubpathLimit> = {}
  for (const { specifier, source } of subpaths(pkg)) {
    const entry = toBuilt(source)
    if (!existsSync(entry)) {
      problems.push(`${entry} is missing. Run \`pnpm run build\` first.`)
      continue
    }
    const subpath = `.${specifier.slice(pkg.name.length)}`
    const { code, outside } = load(entry)
    const loads = [...outside].filter((name) => !name.startsWith('node:') || name.startsWith('node:http'))
    const found = { bytes: gzipSync(code, { level: 9 }).length, loads: loads.sort() }
    today[subpath] = { gzipBytes: Math.ceil(found.bytes * 1.1), loads: found.loads }
    if (!process.argv.includes('--write')) compare(specifier, found, limits.subpaths[subpath])
  }
  if (process.argv.includes('--write'))
    writeFileSync(file, `${JSON.stringify({ ...limits, subpaths: today }, null, 2)}\n`)
}

function compare(
  specifier: string,
  { bytes, loads }: { readonly bytes: number; readonly loads: readonly string[] },
  limit: SubpathLimit | undefined,
): void {
  if (process.argv.includes('--print')) console.log(specifier, bytes, loads.join())
  if (limit === undefined) {
    problems.push(`${specifier} (${bytes} bytes, loads ${loads.join(', ')}) has no limit.`)
    return
  }
  if (bytes > limit.gzipBytes)
    problems.push(`${specifier} is ${bytes} bytes gzipped; its limit is ${limit.gzipBytes}.`)
  if (loads.join() !== [...limit.loads].sort().join())
    problems.push(`${specifier} loads ${loads.join(', ')}; agreed is ${limit.loads.join(', ')}.`)
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
      const own = name.startsWith('.') ? join(dirname(file), name) : builtFile(name)
      if (own === undefined) outside.add(name)
      else queue.push(own)
    }
  }
  return { code: [...files.values()].join('\n'), outside }
}

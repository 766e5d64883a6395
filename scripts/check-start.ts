// Without this file the start of a process grows unseen: counts the files that importing a package's root loads, since
// each costs about 0.2 ms to find, read and compile. Modules of Node are not counted.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtFile, packages, report } from './workspace.ts'

/** 35 in November 2026, of which 30 are pino's. */
const MAX_FILES = 40

const problems: string[] = []
let loaded = new Set<string>()
registerHooks({
  // In the repository the names of siblings lead to sources.
  resolve(specifier, context, next) {
    const built = builtFile(specifier)
    return built === undefined ? next(specifier, context) : next(pathToFileURL(built).href, context)
  },
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.add(url)
    return next(url, context)
  },
})

const counts: string[] = []
for (const pkg of packages()) {
  // A package that is a command alone is imported by nobody.
  if (pkg.exports['.'] === undefined) continue
  const entry = join(pkg.dir, 'dist', 'index.js')
  if (!existsSync(entry)) {
    problems.push(`${entry} is missing. Run \`pnpm run build\` first.`)
    continue
  }
  loaded = new Set()
  await import(pathToFileURL(entry).href)
  counts.push(`${pkg.name} ${loaded.size}`)
  if (loaded.size > MAX_FILES) {
    const list = [...loaded].join('\n')
    problems.push(`${pkg.name} loads ${loaded.size} files; the limit is ${MAX_FILES}. They are:\n${list}`)
  }
}
report(problems, `files that an import loads: ${counts.join(', ')}`)

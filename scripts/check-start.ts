// Without this file the start of a process grows unseen: counts the files that importing a package's root loads, since
// each costs about 0.2 ms to find, read and compile. What all load comes
// first, contract and core: of the others those files count that these have not loaded. Modules of Node are not counted.
// What reads data of languages is made at its first use: an import that makes it takes milliseconds more.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtFile, packages, report } from './workspace.ts'

/** Core: 44 in November 2026, of which 30 are pino's and 3 contract's, which were once counted for client. */
const MAX_FILES = 45

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

const madeOfIntl = new Set<string>()
for (const name of ['Collator', 'DateTimeFormat', 'NumberFormat', 'PluralRules', 'Segmenter'] as const) {
  const construct = (made: new () => object, args: [], target: typeof made): object => {
    madeOfIntl.add(name)
    return Reflect.construct(made, args, target) as object
  }
  Reflect.set(Intl, name, new Proxy(Intl[name], { construct }))
}

const counts: string[] = []
const FIRST = ['@keelson/core', '@keelson/contract']
for (const pkg of packages().toSorted((a, b) => FIRST.indexOf(b.name) - FIRST.indexOf(a.name))) {
  // A package that is a command alone is imported by nobody.
  if (pkg.exports['.'] === undefined) continue
  const entry = join(pkg.dir, 'dist', 'index.js')
  if (!existsSync(entry)) {
    problems.push(`${entry} is missing. Run \`pnpm run build\` first.`)
    continue
  }
  loaded = new Set()
  madeOfIntl.clear()
  await import(pathToFileURL(entry).href)
  counts.push(`${pkg.name} ${loaded.size}`)
  if (madeOfIntl.size > 0)
    problems.push(`Importing ${pkg.name} makes Intl.${[...madeOfIntl].join()}. Make it at its first use.`)
  if (loaded.size > MAX_FILES) {
    const list = [...loaded].join('\n')
    problems.push(`${pkg.name} loads ${loaded.size} files; the limit is ${MAX_FILES}. They are:\n${list}`)
  }
}
report(problems, `files that an import loads: ${counts.join(', ')}`)

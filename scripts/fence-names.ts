// Without this file an `@example` would have to import the package it documents: it finds the names that an example
// uses without declaring them, imports those that the package exports, and takes the others as given.
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type ts from 'typescript'
import { entries, exportsOf, isValue } from './entry-program.ts'
import type { Module } from './fence-modules.ts'
import { packages, root, subpaths } from './workspace.ts'

/** "Cannot find name" in its forms: plain, with a suggestion, as a namespace, as a global to install, as a shorthand. */
const UNRESOLVED = new Set([2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 18_004])

interface Exported {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** Sources whose exports are looked up, so they must be part of the program. */
export function sourcesFor(modules: readonly Module[]): readonly string[] {
  return [...entryFiles(), ...modules.flatMap(insides)]
}

function entryFiles(): readonly string[] {
  return entries.map(({ source }) => source)
}

/** Internal code documents itself too: an example knows the exports of its own file, then of its room. */
function insides(module: Module): readonly string[] {
  const fence = module.fences[0]
  if (fence?.isExample !== true) return []
  const origin = join(root, fence.origin)
  return [origin, join(dirname(origin), 'index.ts')].filter((file) => existsSync(file))
}

export function unresolvedNames(diagnostics: readonly ts.Diagnostic[]): readonly string[] {
  const names = diagnostics
    .filter(({ code }) => UNRESOLVED.has(code))
    .map(({ file, start = 0, length = 0 }) => file?.text.slice(start, start + length) ?? '')
  return [...new Set(names)].filter((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
}

/** Writes imports and givens for an example's unresolved names into its prelude. Returns the givens. */
export function addPrelude(module: Module, names: readonly string[], program: ts.Program): readonly string[] {
  const known = exportsSeenFrom(module, program)
  const givens: string[] = []
  for (const name of names) {
    const found = known.get(name)
    if (found === undefined) givens.push(name)
    else module.prelude += `import { ${found.typeOnly ? 'type ' : ''}${name} } from '${found.specifier}'; `
  }
  for (const name of givens) module.prelude += `declare const ${name}: any; type ${name} = any; `
  return givens
}

/** A given that is nearly an exported name is a misspelling. */
export function misspelt(given: string, program: ts.Program): string | undefined {
  const names = entryFiles().flatMap((file) => exportedNames(file, program).map(([name]) => name))
  return given.length < 4 ? undefined : names.find((name) => isOneEditAway(given, name))
}

function exportsSeenFrom(module: Module, program: ts.Program): ReadonlyMap<string, Exported> {
  const known = new Map<string, Exported>()
  const add = (source: string, specifier: string): void => {
    for (const [name, typeOnly] of exportedNames(source, program)) {
      if (!known.has(name)) known.set(name, { specifier, typeOnly })
    }
  }
  const origin = join(root, module.fences[0]?.origin ?? '')
  const own = packages().filter((pkg) => origin.startsWith(pkg.dir))
  for (const pkg of [...own, ...packages()])
    for (const { source, specifier } of subpaths(pkg)) add(source, specifier)
  for (const source of insides(module)) add(source, relative(dirname(module.path), source))
  return known
}

function exportedNames(file: string, program: ts.Program): readonly (readonly [string, boolean])[] {
  const checker = program.getTypeChecker()
  return exportsOf(program, file).map((item) => [item.name, !isValue(checker, item)] as const)
}

function isOneEditAway(a: string, b: string): boolean {
  // `outcome` beside `Outcome` is a value beside its type.
  if (a.toLowerCase() === b.toLowerCase() || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  const rest = [a.slice(start), b.slice(start)] as const
  return rest[0].slice(1) === rest[1].slice(1) || rest[0].slice(1) === rest[1] || rest[0] === rest[1].slice(1)
}

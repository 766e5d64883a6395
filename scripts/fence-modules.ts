// Without this file a fence stays text: it lays the fences out as modules in a folder, where the packages and their
// dependencies resolve by name as they do for a user.
import { existsSync, globSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Fence } from './fences.ts'
import { packages, root } from './workspace.ts'

/** One module made of one fence, or of several where the later ones say `continue`. */
export interface Module {
  readonly path: string
  readonly fences: Fence[]
  /** First line of each fence in the module, from 0. */
  readonly offsets: number[]
  code: string
  /** Added behind the code, so that lines keep their numbers. */
  prelude: string
}

/** Adds to `problems` what is marked wrongly. */
export function toModules(dir: string, fences: readonly Fence[], problems: string[]): readonly Module[] {
  const modules: Module[] = []
  for (const fence of fences) {
    const previous = modules.at(-1)
    if (fence.marks.includes('ignore')) {
      if (!fence.hasReason)
        problems.push(`${place(fence)} is ignored without \`<!-- not checked: reason -->\` above it.`)
    } else if (!fence.marks.includes('continue')) modules.push(newModule(dir, fence))
    else if (previous?.fences[0]?.origin === fence.origin) extend(previous, fence)
    else problems.push(`${place(fence)} continues nothing.`)
  }
  return modules
}

/** Page and line, as editors understand it. */
export function place(fence: Fence, line = 0): string {
  return `${fence.origin}:${fence.line + line}`
}

/** Where a line of a module stands in the documentation. */
export function placeOf(module: Module, line: number): string {
  const index = module.offsets.findLastIndex((offset) => offset <= line)
  const fence = module.fences[index]
  return fence === undefined ? module.path : place(fence, line - (module.offsets[index] ?? 0))
}

/** Whether the module may be run; code that serves until it is stopped says `no-run`. */
export function runs(module: Module): boolean {
  return !module.fences.some(({ marks }) => marks.includes('no-run'))
}

export function save(module: Module): void {
  mkdirSync(dirname(module.path), { recursive: true })
  writeFileSync(module.path, `${module.code}\n${module.prelude}\nexport {}\n`)
}

/** A first line `// orders.ts` names the module, so that other fences of the page can import it. */
function newModule(dir: string, fence: Fence): Module {
  const name = /^\s*\/\/ ([\w./-]+\.ts)\s*$/m.exec(fence.code.trimStart().split('\n')[0] ?? '')?.[1]
  const folder = fence.origin.replaceAll(/[^\w-]/g, '-')
  return {
    path: join(dir, folder, name ?? `line-${fence.line}.ts`),
    fences: [fence],
    offsets: [0],
    code: fence.code,
    prelude: '',
  }
}

function extend(module: Module, fence: Fence): void {
  module.offsets.push(module.code.split('\n').length)
  module.fences.push(fence)
  module.code += `\n${fence.code}`
}

/** Links our packages, and what they depend on (validators, drivers) as a user would have installed it. */
export function linkPackages(dir: string): void {
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  for (const pkg of packages()) {
    link(pkg.dir, join(dir, 'node_modules', pkg.name))
    for (const found of globSync(['node_modules/[!@.]*', 'node_modules/@*/*'], { cwd: pkg.dir })) {
      link(join(pkg.dir, found), join(dir, found))
    }
  }
  for (const types of readdirSync(join(root, 'node_modules', '@types'))) {
    link(join(root, 'node_modules', '@types', types), join(dir, 'node_modules', '@types', types))
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  if (!existsSync(path)) symlinkSync(target, path)
}

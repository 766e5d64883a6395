// Without this file nothing but the packages themselves sees their tables of options, most of which no module exports.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { AnyOptionTable } from '../packages/contract/src/options/option-contract.ts'
import { root } from './workspace.ts'

export type { AnyOptionTable, OptionSchema } from '../packages/contract/src/options/option-contract.ts'

/** A table as it stands in a source file: `optionTable<T>(…)` in a constant of the module. */
export interface PlacedTable {
  readonly node: ts.CallExpression
  readonly table: AnyOptionTable
}

// Modules keep their tables to themselves: for this script each gives its constants away under another name.
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.startsWith('file:') || !hasTables(fileURLToPath(url))) return loaded
    const source = readFileSync(fileURLToPath(url), 'utf8')
    const names = [...source.matchAll(/^const ([A-Z_]+)(?::[^=\n]+)? = /gm)].map((match) => match[1])
    return { ...loaded, source: `${source}\nexport { ${names.map((one) => `${one} as own_${one}`).join()} }` }
  },
})

/** All tables that a constant of a module holds, by the call that made them. */
export async function placedTables(program: ts.Program): Promise<readonly PlacedTable[]> {
  const placed: PlacedTable[] = []
  for (const file of program.getSourceFiles().filter(({ fileName }) => hasTables(fileName))) {
    const module = (await import(file.fileName)) as Readonly<Record<string, unknown>>
    for (const node of callsIn(file)) {
      const table = valueAt(module, pathTo(node))
      if (table !== undefined) placed.push({ node, table })
    }
  }
  return placed
}

function hasTables(file: string): boolean {
  if (
    !file.startsWith(`${root}/packages/`) ||
    file.includes('/node_modules/') ||
    /\.test(-d)?\.ts$/.test(file)
  )
    return false
  return /= optionTable<|: optionTable</.test(readFileSync(file, 'utf8'))
}

function callsIn(file: ts.SourceFile): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'optionTable') found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Names that lead from a module to a call; nothing for one within another call. */
function pathTo(node: ts.Node): readonly string[] | undefined {
  const { parent } = node
  if (ts.isVariableDeclaration(parent))
    return ts.isSourceFile(parent.parent.parent.parent) ? [parent.name.getText()] : undefined
  if (ts.isObjectLiteralExpression(parent)) return pathTo(parent)
  if (!ts.isPropertyAssignment(parent)) return undefined
  const above = pathTo(parent)
  return above && [...above, parent.name.getText()]
}

function valueAt(module: Readonly<Record<string, unknown>>, path: readonly string[] | undefined) {
  if (path === undefined) return undefined
  const [name = '', ...rest] = path
  let value = module[name] ?? module[`own_${name}`]
  for (const key of rest) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
  return value as AnyOptionTable | undefined
}

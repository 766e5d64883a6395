// Without this file a circle of files grows unseen, types included: whoever reads one of them has to read all.
import { readFileSync } from 'node:fs'
import { dirname, normalize, relative } from 'node:path'
import { join } from 'node:path'
import { importsUnder } from './imports.ts'
import { packages, report, root } from './workspace.ts'

/** Two files that know each other are read together; more are not. */
const LIMIT = 2

const problems: string[] = []
let files = 0
for (const pkg of packages()) {
  const graph = graphOf(join(pkg.dir, 'src'))
  files += graph.size
  for (const circle of circlesOf(graph)) {
    const names = circle.map((file) => relative(root, file)).toSorted()
    const isOfOneRoom = new Set(circle.map((file) => dirname(file))).size === 1
    if (circle.length > LIMIT || !isOfOneRoom)
      problems.push(`These files import each other in a circle: ${names.join(', ')}.`)
  }
}
report(problems, `${files} files, no circle of more than ${LIMIT}`)

/** File to the files that it imports. Lists of names lead to everything in their room, so they are left out. */
function graphOf(src: string): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>()
  for (const { file, specifier } of importsUnder(src)) {
    if (!specifier.startsWith('.') || isList(file)) continue
    const target = normalize(join(file, '..', specifier))
    const targets = graph.get(file) ?? new Set()
    graph.set(file, targets)
    if (!isList(target)) targets.add(target)
  }
  return graph
}

function isList(file: string): boolean {
  return (
    file.endsWith('/index.ts') && !/^(?!export|import|\s|\}|\/\/|\w+,).+/m.test(readFileSync(file, 'utf8'))
  )
}

/** Strongly connected components of more than one file, by the algorithm of Tarjan. */
function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const circles: string[][] = []
  const stack: string[] = []
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const visit = (file: string): void => {
    order.set(file, order.size)
    low.set(file, order.get(file) as number)
    stack.push(file)
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) {
        visit(next)
        low.set(file, Math.min(low.get(file) as number, low.get(next) as number))
      } else if (stack.includes(next))
        low.set(file, Math.min(low.get(file) as number, order.get(next) as number))
    }
    if (low.get(file) !== order.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length > 1) circles.push(circle)
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return circles
}

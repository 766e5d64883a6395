// Without this file a program with its own copy of what a package brings along may break: runs each package's
// test/own-copies.mjs with the copies loaded before the built package, after it, and with our polyfill alone; and its
// test/two-copies.mjs with the built package loaded twice, as where a library brings one of its own.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packages, report, run, type Package } from './workspace.ts'

const COPIES = ['reflect-metadata', 'tsyringe', 'typebox']
const ORDERS = [
  [...COPIES, 'keelson'],
  ['keelson', ...COPIES],
  ['reflect-metadata', 'keelson', 'tsyringe', 'typebox'],
  ['keelson', 'tsyringe', 'typebox'],
]

const problems: string[] = []
for (const pkg of packages()) {
  problems.push(...runTwice(pkg))
  const program = join(pkg.dir, 'test', 'own-copies.mjs')
  if (!existsSync(program)) continue
  for (const order of ORDERS) {
    const { ok, output } = run('node', [program, ...order])
    if (!ok) problems.push(`${pkg.name} fails when loaded in the order ${order.join(', ')}:\n${output}`)
  }
}
report(problems, `own copies work in ${ORDERS.length} orders, and two of ours together`)

function runTwice({ name, dir }: Package): string[] {
  const program = join(dir, 'test', 'two-copies.mjs')
  if (!existsSync(program)) return []
  const built = join(dir, 'dist')
  // Within the package, so that both find one TypeBox.
  const copy = mkdtempSync(join(dir, 'node_modules', '.copy-'))
  try {
    cpSync(built, copy, { recursive: true })
    const { ok, output } = run('node', [program, built, copy])
    return ok ? [] : [`${name} fails when loaded twice:\n${output}`]
  } finally {
    rmSync(copy, { recursive: true })
  }
}

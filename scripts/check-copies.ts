// Without this file a program with its own copy of what a package brings along may break: runs each package's
// test/own-copies.mjs with the copies loaded before the built package, after it, and with our polyfill alone.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packages, report, run } from './workspace.ts'

const COPIES = ['reflect-metadata', 'tsyringe', 'typebox']
const OURS = ['keelson', 'testing']
const ORDERS = [
  [...COPIES, ...OURS],
  [...OURS, ...COPIES],
  ['reflect-metadata', ...OURS, 'tsyringe', 'typebox'],
  [...OURS, 'tsyringe', 'typebox'],
]

const problems: string[] = []
for (const pkg of packages()) {
  const program = join(pkg.dir, 'test', 'own-copies.mjs')
  if (!existsSync(program)) continue
  for (const order of ORDERS) {
    const { ok, output } = run('node', [program, ...order])
    if (!ok) problems.push(`${pkg.name} fails when loaded in the order ${order.join(', ')}:\n${output}`)
  }
}
report(problems, `own copies work in ${ORDERS.length} orders`)

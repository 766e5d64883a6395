// Without this file the editor of a user with many routes grows slow unseen: counts the type instantiations of a
// generated application with 20 and with 220 routes, built packages, and divides the difference by the 200 routes.
// And an editor that has one client would again read all declarations of core and of its libraries.
// Tables and rules have figures of their own.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  plainMiddleware,
  wholeMiddleware,
  writeCalls,
  writeInvokes,
  writeMiddleware,
  writeRoutes,
} from '../bench/types/generate.ts'
import { writeRules } from '../bench/types/generate-rules.ts'
import { writeTables } from '../bench/types/generate-tables.ts'
import { outsideProject } from './outside.ts'
import { ruleBudget } from './rule-budget.ts'
import { tableBudget } from './table-budget.ts'
import { mustRun, report, root } from './workspace.ts'

const FEW = 20
const MANY = 220
/** Writing a route and calling it, in one program. */
const LIMIT_PER_ROUTE = 1500
/** Calling a route whose declarations were built. */
const LIMIT_PER_CALL = 150
/** A middleware with one part, and one with all. */
const LIMIT_PER_PLAIN = 200
const LIMIT_PER_WHOLE = 400
/** Calling a route within the process, by its name, beyond what calling it by a client costs. */
const LIMIT_PER_INVOKE = 150
/** Declaration files that a client of a built server reads; all of them ours. */
const LIMIT_READ = 35

const OPTIONS = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--skipLibCheck',
  '--target',
  'es2023',
  '--module',
  'nodenext',
  '--allowImportingTsExtensions',
  '--ignoreConfig',
]
const dir = outsideProject({ manager: 'pnpm' })
const problems: string[] = []
const perRoute = perPiece(countWritten)
const perCall = perPiece(countCalled)
const perInvoke = perPiece(countInvoked)
if (perRoute > LIMIT_PER_ROUTE)
  problems.push(`A route costs ${perRoute} instantiations; the limit is ${LIMIT_PER_ROUTE}.`)
if (perCall > LIMIT_PER_CALL)
  problems.push(`A client call costs ${perCall} instantiations; the limit is ${LIMIT_PER_CALL}.`)
const perPlain = perPiece((count) => countMiddleware(count, plainMiddleware))
const perWhole = perPiece((count) => countMiddleware(count, wholeMiddleware))
if (perPlain > LIMIT_PER_PLAIN)
  problems.push(`A plain middleware costs ${perPlain} instantiations; the limit is ${LIMIT_PER_PLAIN}.`)
if (perWhole > LIMIT_PER_WHOLE)
  problems.push(
    `A middleware with all parts costs ${perWhole} instantiations; the limit is ${LIMIT_PER_WHOLE}.`,
  )
if (perInvoke - perCall > LIMIT_PER_INVOKE)
  problems.push(
    `app.invoke costs ${perInvoke - perCall} instantiations more than a client call; the limit is ${LIMIT_PER_INVOKE}.`,
  )
const read = filesRead()
if (read.length > LIMIT_READ)
  problems.push(`A client reads ${read.length} files; the limit is ${LIMIT_READ}.`)
for (const file of read.filter((name) => !name.includes('/@keelson/')))
  problems.push(`A client reads ${file}, which is not ours.`)
const tables = tableBudget((count, uses) => {
  const project = folder(['tables', count, ...Object.keys(uses)].join('-'))
  return instantiations([writeTables(project, count, uses), '--noEmit'])
})
problems.push(...tables.problems)
const rules = ruleBudget((count, form) =>
  instantiations([writeRules(folder(`rules-${form}-${count}`), count, form), '--noEmit']),
)
problems.push(...rules.problems)
report(
  problems,
  `${perRoute} instantiations a route with its call (limit ${LIMIT_PER_ROUTE}), ${perCall} a call through declarations (limit ${LIMIT_PER_CALL}), app.invoke ${perInvoke - perCall} more (limit ${LIMIT_PER_INVOKE}), ${perPlain} a plain middleware (limit ${LIMIT_PER_PLAIN}), ${perWhole} one with all parts (limit ${LIMIT_PER_WHOLE}), a client reads ${read.length} files (limit ${LIMIT_READ}), ${tables.measured}, ${rules.measured}`,
)

/** What one more costs, without the cost of the first. */
function perPiece(count: (pieces: number) => number): number {
  return Math.round((count(MANY) - count(FEW)) / (MANY - FEW))
}

function countWritten(routes: number): number {
  const project = folder(`written${routes}`)
  const entry = writeRoutes(project, routes)
  const calls = writeCalls(project, routes, './routes/index.ts')
  return instantiations([entry, calls, '--noEmit'])
}

function countCalled(routes: number): number {
  return instantiations([writeCallsOfBuilt(routes), '--noEmit'])
}

function countMiddleware(count: number, write: (index: number) => string): number {
  const project = folder(`${write(0).includes('inject') ? 'whole' : 'plain'}${count}`)
  return instantiations([writeMiddleware(project, count, write), '--noEmit'])
}

function countInvoked(routes: number): number {
  return instantiations([writeCallsOfBuilt(routes, writeInvokes), '--noEmit'])
}

/** Without the compiler's own files and those of the application. Nothing names Node's types, so they may not come. */
function filesRead(): readonly string[] {
  const args = [...OPTIONS, '--noEmit', '--listFilesOnly', writeCallsOfBuilt(FEW)]
  const files = mustRun('tsc', args, { cwd: root }).split('\n')
  return files.filter((file) => file.includes('/node_modules/') && !file.includes('/typescript/lib/'))
}

/** Calls of an application whose declarations alone are there. */
function writeCallsOfBuilt(routes: number, write = writeCalls): string {
  const project = folder(`called${routes}`)
  const entry = writeRoutes(join(project, 'source'), routes)
  const emitted = ['--outDir', join(project, 'api'), '--rootDir', join(project, 'source', 'routes')]
  instantiations([entry, '--declaration', '--emitDeclarationOnly', ...emitted])
  return write(project, routes, './api/index.d.ts')
}

function folder(name: string): string {
  const path = join(dir, name)
  mkdirSync(path, { recursive: true })
  return path
}

/** Compiles and returns the compiler's own count. A program that does not compile ends the script. */
function instantiations(args: readonly string[]): number {
  const all = [...OPTIONS, '--types', 'node', '--extendedDiagnostics', ...args]
  const output = mustRun('tsc', all, { cwd: root })
  return Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1])
}

// Without this file the editor of a user with many routes grows slow unseen: counts the type instantiations of a
// generated application with 20 and with 220 routes, built packages, and divides the difference by the 200 routes.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeCalls, writeRoutes } from '../bench/types/generate.ts'
import { outsideProject } from './outside.ts'
import { mustRun, report, root } from './workspace.ts'

const FEW = 20
const MANY = 220
/** Writing a route and calling it, in one program. */
const LIMIT_PER_ROUTE = 1500
/** Calling a route whose declarations were built. */
const LIMIT_PER_CALL = 150

const dir = outsideProject({ manager: 'pnpm' })
const problems: string[] = []
const perRoute = perPiece(countWritten)
const perCall = perPiece(countCalled)
if (perRoute > LIMIT_PER_ROUTE)
  problems.push(`A route costs ${perRoute} instantiations; the limit is ${LIMIT_PER_ROUTE}.`)
if (perCall > LIMIT_PER_CALL)
  problems.push(`A client call costs ${perCall} instantiations; the limit is ${LIMIT_PER_CALL}.`)
report(
  problems,
  `${perRoute} instantiations a route with its call (limit ${LIMIT_PER_ROUTE}), ${perCall} a call through declarations (limit ${LIMIT_PER_CALL})`,
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
  const project = folder(`called${routes}`)
  const entry = writeRoutes(join(project, 'source'), routes)
  const emitted = ['--outDir', join(project, 'api'), '--rootDir', join(project, 'source', 'routes')]
  instantiations([entry, '--declaration', '--emitDeclarationOnly', ...emitted])
  const calls = writeCalls(project, routes, './api/index.d.ts')
  return instantiations([calls, '--noEmit'])
}

function folder(name: string): string {
  const path = join(dir, name)
  mkdirSync(path, { recursive: true })
  return path
}

/** Compiles and returns the compiler's own count. A program that does not compile ends the script. */
function instantiations(args: readonly string[]): number {
  const options = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--target',
    'es2023',
    '--module',
    'nodenext',
  ]
  const more = ['--types', 'node', '--allowImportingTsExtensions', '--extendedDiagnostics', '--ignoreConfig']
  const output = mustRun('tsc', [...options, ...more, ...args], { cwd: root })
  return Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1])
}

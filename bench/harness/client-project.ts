// A project as an editor opens it: a client file that calls nothing yet, beside the built declarations of its server.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TypeApp } from '../workloads/type-apps/contract.ts'
import { benchDir, distDir } from './paths.ts'
import { run } from './run-command.ts'

/** A Node service: no DOM, the types of Node. */
const COMPILER_OPTIONS = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
}

/** Where the client of a framework is. */
export function clientFile(name: string): string {
  return join(distDir, 'completion', name.toLowerCase(), 'client.ts')
}

/** Writes the application and builds its declarations; without one, a client that is a plain object. */
export function writeProject(name: string, app: TypeApp | undefined, routeCount: number): void {
  const file = clientFile(name)
  const dir = join(file, '..')
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(join(dir, 'app'), { recursive: true })
  const project = { compilerOptions: COMPILER_OPTIONS, files: ['client.ts'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(project))
  if (app === undefined) return writeFileSync(file, 'export const client = { group1: { route21() {} } }\n')
  const { 'calls.ts': calls = '', ...files } = app(routeCount)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, 'app', path), text)
  buildDeclarations(name, dir)
  const [prelude = ''] = calls.split(/\n(?=export const call0|const response0)/)
  writeFileSync(file, `${prelude.replace('./index.ts', './types/index.d.ts')}\n`)
}

function buildDeclarations(name: string, dir: string): void {
  const flags = '--ignoreConfig --declaration --emitDeclarationOnly --skipLibCheck --strict --types node'
  const modules = '--module nodenext --target es2023 --rewriteRelativeImportExtensions'
  const paths = ['--outDir', join(dir, 'types'), join(dir, 'app', 'index.ts')]
  const tsc = join(benchDir, 'node_modules', '.bin', 'tsc')
  const { isOk, output } = run(tsc, [...flags.split(' '), ...modules.split(' '), ...paths])
  if (!isOk) throw new Error(`The routes of ${name} do not compile: ${output.slice(0, 300)}`)
}

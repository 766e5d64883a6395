// examples/realworld as somebody would have it who has copied it out and compiled it: its files, with the packages as they are published.
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { conduitDir, packedDir, program, rootDir, typescript } from './paths.ts'
import { mustRun, run } from './run-command.ts'

process.env['CONDUIT_DIR'] = conduitDir

const EXAMPLE = join(rootDir, 'examples/realworld')

/** Copies and compiles the example, as the other servers are. Its dependencies are the workspace's, but for Keelson. */
export function copyConduit(): void {
  rmSync(conduitDir, { recursive: true, force: true })
  for (const name of ['src', 'migrations', 'seeds', 'package.json'])
    cpSync(join(EXAMPLE, name), join(conduitDir, name), { recursive: true })
  const installed = join(EXAMPLE, 'node_modules')
  const link = (name: string, target: string): void => {
    const at = join(conduitDir, 'node_modules', name)
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(target, at, 'dir')
  }
  for (const name of readdirSync(join(installed, '@keelson'))) link(`@keelson/${name}`, packedDir(name))
  for (const name of readdirSync(installed)) if (!/^[.@]/.test(name)) link(name, join(installed, name))
  compile()
}

function compile(): void {
  const options = {
    noEmit: false,
    declaration: false,
    rewriteRelativeImportExtensions: true,
    rootDir: 'src',
    outDir: 'dist',
  }
  const config = { extends: join(rootDir, 'tsconfig.base.json'), compilerOptions: options, include: ['src'] }
  writeFileSync(join(conduitDir, 'tsconfig.json'), JSON.stringify(config))
  mustRun(process.execPath, [typescript, '-p', 'tsconfig.json'], conduitDir)
}

/** Makes and fills its database. @returns why it could not */
export function conduitProblem(): string | undefined {
  const { isOk, output } = run(process.execPath, [program('conduit-data')])
  return isOk ? undefined : `Its database could not be made: ${output.trim().slice(-500)}`
}

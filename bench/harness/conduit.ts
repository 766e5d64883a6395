// examples/realworld as somebody would have it who has copied it out: its files, with the packages as they are published.
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { conduitDir, packedDir, program, rootDir } from './paths.ts'
import { run } from './run-command.ts'

process.env['CONDUIT_DIR'] = conduitDir

const EXAMPLE = join(rootDir, 'examples/realworld')

/** Copies the example. Its dependencies are the workspace's, but for Keelson. */
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
}

/** Makes and fills its database. @returns why it could not */
export function conduitProblem(): string | undefined {
  const { isOk, output } = run(process.execPath, [program('conduit-data')])
  return isOk ? undefined : `Its database could not be made: ${output.trim().slice(-500)}`
}

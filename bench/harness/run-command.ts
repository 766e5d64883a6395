import { spawnSync } from 'node:child_process'
import { rootDir } from './paths.ts'

/** The pinned tools first, whoever started the command. */
const PATH = `${rootDir}/node_modules/.bin:${process.env['PATH'] ?? ''}`

export interface Ran {
  readonly isOk: boolean
  readonly output: string
}

/** Runs a command to its end, for at most ten minutes, and says what it printed. */
export function run(command: string, args: readonly string[], cwd: string = rootDir): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, PATH, CI: 'true' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 600_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error !== undefined) return { isOk: false, output: error.message }
  return { isOk: status === 0, output: stdout + stderr }
}

/** Like {@link run}, but fails with the command's output. */
export function mustRun(command: string, args: readonly string[], cwd: string = rootDir): string {
  const { isOk, output } = run(command, args, cwd)
  if (!isOk) throw new Error(`${command} ${args.join(' ')} failed:\n${output.slice(-4000)}`)
  return output
}

/** Whether a program is on the PATH. */
export function isInstalled(command: string): boolean {
  return run('which', [command]).isOk
}

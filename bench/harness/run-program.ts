// Programs that measure in one process, and print their tables.
import type { Bench } from './bench.ts'
import { program } from './paths.ts'
import { installedVersion } from './peers.ts'
import { mustRun } from './run-command.ts'

/** Runs one of `programs/` on the server's core; returns the tables that it prints. */
export function runProgram(bench: Bench, name: string, ...args: string[]): string {
  console.log(`  ${name}`)
  const command = ['-c', bench.cores.server, bench.node, '--expose-gc', program(name), ...args]
  return mustRun('taskset', command).trim()
}

/** Says beside what it was measured. */
export function besides(...packages: readonly string[]): string {
  return `Beside ${packages.map((name) => `${name} ${installedVersion(name)}`).join(', ')}.`
}

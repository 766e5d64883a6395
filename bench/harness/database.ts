// PostgreSQL for W3 and W4, reached through a program of the bench package, which has the driver.
import { program } from './paths.ts'
import { run } from './run-command.ts'

/** Makes the table where it is missing. */
export function prepareDatabase(): { readonly version: string } | { readonly problem: string } {
  const { isOk, output } = run(process.execPath, [program('database'), 'prepare'])
  if (isOk) return { version: output.trim() }
  return { problem: `no PostgreSQL (${/\w*Error: .*/.exec(output)?.[0] ?? output.trim()})` }
}

/** Back ends that serve the benchmark's connections. */
export function databasePids(): readonly number[] {
  const { isOk, output } = run(process.execPath, [program('database'), 'pids'])
  return isOk && output.trim() !== '' ? output.trim().split(' ').map(Number) : []
}

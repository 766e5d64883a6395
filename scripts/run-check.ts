// Without this file a test run of thousands of cases counts as one check, and a check runs though what it needs failed.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './steps.ts'
import { root, runBeside } from './workspace.ts'

interface Counts {
  readonly passed: number
  readonly failed: number
}

/** What a check found. */
export interface Outcome extends Counts {
  readonly note: string
  /** What a failed check said. */
  readonly output?: string
  readonly ms: number
}

/** Runs a check, unless what it needs is one of the broken. */
export async function runCheck(check: Check, broken: ReadonlySet<string>): Promise<Outcome> {
  if (check.needs !== undefined && broken.has(check.needs))
    return { passed: 0, failed: 1, note: `not run, since "${check.needs}" failed`, ms: 0 }
  const started = performance.now()
  if (check.cases !== undefined) rmSync(join(root, check.cases), { force: true })
  const { ok, output } = await runBeside(check.command[0], check.command.slice(1), { env: { NO_COLOR: '1' } })
  const counts = check.cases === undefined ? asOne(ok) : countCases(check.cases, ok)
  const ms = performance.now() - started
  const seconds = `${(ms / 1000).toFixed(1)} s`
  if (counts.failed > 0) return { ...counts, note: seconds, output: output.trimEnd(), ms }
  const said = check.cases === undefined ? lastWords(check, output) : `, ${counts.passed} cases`
  return { ...counts, note: seconds + said, ms }
}

/** Our own scripts end with what they found. */
function lastWords(check: Check, output: string): string {
  return check.command[0] === 'node' ? `: ${output.trimEnd().split('\n').at(-1) ?? ''}` : ''
}

function asOne(ok: boolean): Counts {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
}

/** Reads Vitest's JSON report. A run that fails outside any case (a file that does not load, an unhandled error) is one failure. */
function countCases(file: string, ok: boolean): Counts {
  if (!existsSync(join(root, file))) return asOne(false)
  const json = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, number>
  const failed = json['numFailedTests'] ?? 0
  return { passed: json['numPassedTests'] ?? 0, failed: failed === 0 && !ok ? 1 : failed }
}

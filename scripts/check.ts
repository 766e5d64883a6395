// Without this file nothing says that the repository is sound: it runs every check in order, each named for what it
// proves, and ends with one line `N passed, N failed` (test cases one by one, every other check as one).
// `node scripts/check.ts --only lint` runs one step; the steps for CI run only when named.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Check, STEPS, type Step } from './steps.ts'
import { root, run } from './workspace.ts'

interface Counts {
  readonly passed: number
  readonly failed: number
}

interface Outcome extends Counts {
  readonly note: string
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const total = { passed: 0, failed: 0 }
const failures: string[] = []
const broken = new Set<string>()

mkdirSync(join(root, '.cache'), { recursive: true })
for (const step of chosen(values.only)) {
  console.log(`\n${step.name} · ${step.proves}`)
  for (const check of step.checks) runCheck(step, check)
}
for (const failure of failures) console.log(`\nfailed: ${failure}`)
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

function chosen(only: readonly string[] | undefined): readonly Step[] {
  if (only === undefined) return STEPS.filter((step) => step.ci !== true)
  const names = only.flatMap((list) => list.split(','))
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length === 0) return STEPS.filter((step) => names.includes(step.name))
  console.error(`No step ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}

function runCheck(step: Step, check: Check): void {
  if (check.needs !== undefined && broken.has(check.needs)) {
    return finish(step, check, { passed: 0, failed: 1, note: `not run, since "${check.needs}" failed` })
  }
  const started = performance.now()
  if (check.cases !== undefined) rmSync(join(root, check.cases), { force: true })
  const { ok, output } = run(check.command[0], check.command.slice(1), { env: { NO_COLOR: '1' } })
  const counts = check.cases === undefined ? asOne(ok) : countCases(check.cases, ok)
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
  if (counts.failed > 0) {
    console.log(output.trimEnd())
    return finish(step, check, { ...counts, note: seconds })
  }
  const said = check.cases === undefined ? lastWords(check, output) : `, ${counts.passed} cases`
  finish(step, check, { ...counts, note: seconds + said })
}

/** Our own scripts end with what they found. */
function lastWords(check: Check, output: string): string {
  return check.command[0] === 'node' ? `: ${output.trimEnd().split('\n').at(-1) ?? ''}` : ''
}

function finish(step: Step, check: Check, outcome: Outcome): void {
  total.passed += outcome.passed
  total.failed += outcome.failed
  console.log(`  ${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${check.name} (${outcome.note})`)
  if (outcome.failed === 0) return
  broken.add(check.name)
  failures.push(`${step.name} · ${check.name} (again: npm test -- --only ${step.name})`)
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

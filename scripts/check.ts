// Without this file nothing says that the repository is sound: it runs every check, each named for what it proves, tells
// what they found in order and how long each step took, and ends with one line `N passed, N failed` (test cases one by one,
// every other check as one). Checks run two at a time (scripts/schedule.ts).
// `node scripts/check.ts --only lint` runs one step; the steps for CI run only when named.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Outcome, runCheck } from './run-check.ts'
import { schedule } from './schedule.ts'
import { type Check, STEPS, type Step } from './steps.ts'
import { root } from './workspace.ts'

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const steps = chosen(values.only)
const all = steps.flatMap((step) => step.checks.map((check) => ({ step, check })))
const outcomes = new Map<Check, Outcome>()
const broken = new Set<string>()
const began = performance.now()
let printed = 0

mkdirSync(join(root, '.cache'), { recursive: true })
await schedule(
  all.map(({ check }) => check),
  async (check) => {
    const outcome = await runCheck(check, broken)
    outcomes.set(check, outcome)
    if (outcome.failed > 0) broken.add(check.name)
    print()
  },
)
end()

function chosen(only: readonly string[] | undefined): readonly Step[] {
  if (only === undefined) return STEPS.filter((step) => step.ci !== true)
  const names = only.flatMap((list) => list.split(','))
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length === 0) return STEPS.filter((step) => names.includes(step.name))
  console.error(`No step ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}

/** Each check whole, and in the order of the list: what ends before its turn waits for it. */
function print(): void {
  for (; printed < all.length; printed += 1) {
    const { step, check } = all[printed] as (typeof all)[number]
    const outcome = outcomes.get(check)
    if (outcome === undefined) return
    if (check === step.checks[0]) console.log(`\n${step.name} · ${step.proves}`)
    if (outcome.output !== undefined) console.log(outcome.output)
    console.log(`  ${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${check.name} (${outcome.note})`)
  }
}

function end(): void {
  for (const { step, check } of all)
    if (outcomes.get(check)?.failed !== 0)
      console.log(`\nfailed: ${step.name} · ${check.name} (again: npm test -- --only ${step.name})`)
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
  const took = steps.map(({ name, checks }) => `${name} ${seconds(sum(checks, ({ ms }) => ms))}`)
  console.log(
    `\nIt took ${seconds(performance.now() - began)}. The checks of each step, added up: ${took.join(', ')}.`,
  )
  const checks = all.map(({ check }) => check)
  const failed = sum(checks, (outcome) => outcome.failed)
  console.log(`\n${sum(checks, (outcome) => outcome.passed)} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

function sum(checks: readonly Check[], of: (outcome: Outcome) => number): number {
  return checks.reduce((total, check) => total + of(outcomes.get(check) as Outcome), 0)
}

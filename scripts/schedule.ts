// Without this file the checks run one after the other, and the second core waits: most checks use a single one.
import { availableParallelism } from 'node:os'
import type { Check } from './steps.ts'

/** Not more than two: a check that waits for a program sets limits of time. */
const WIDTH = Math.min(2, availableParallelism())

/**
 * Begins checks in their order, two at once where there are two cores. One that is `alone` begins when all before it have ended,
 * and those after it begin when it has. Of those between two such checks, what is `long` begins first.
 *
 * @param checks - what a check `needs` stands before it, or is not there
 * @param work - runs one; must not reject
 */
export async function schedule(
  checks: readonly Check[],
  work: (check: Check) => Promise<void>,
): Promise<void> {
  const waiting = [...checks]
  const running = new Map<Check, Promise<void>>()
  while (waiting.length > 0) {
    const check = next(waiting, running)
    if (check === undefined) {
      await Promise.race(running.values())
      continue
    }
    waiting.splice(waiting.indexOf(check), 1)
    running.set(
      check,
      work(check).finally(() => running.delete(check)),
    )
  }
  await Promise.all(running.values())
}

function next(waiting: readonly Check[], running: ReadonlyMap<Check, unknown>): Check | undefined {
  const begun = [...running.keys()]
  if (begun.length >= WIDTH || begun.some(isAlone)) return undefined
  const at = waiting.findIndex(isAlone)
  if (at === 0) return begun.length === 0 ? waiting[0] : undefined
  const unfinished = new Set([...waiting, ...begun].map(({ name }) => name))
  const ready = waiting
    .slice(0, at === -1 ? waiting.length : at)
    .filter(({ needs }) => needs === undefined || !unfinished.has(needs))
  const check = ready.find(({ long }) => long === true) ?? ready[0]
  if (check === undefined && begun.length === 0)
    throw new Error(
      `"${waiting[0]?.name}" needs "${waiting[0]?.needs}", which stands after it in scripts/steps.ts.`,
    )
  return check
}

function isAlone(check: Check): boolean {
  return check.alone === true
}

import type { PlanSettings } from '../operation/index.ts'
import type { Logger } from '../log/index.ts'

/** Most warnings of an app: the keys of records are unbounded. */
const MAX_WARNINGS = 1000

/**
 * Warns of properties of a response that its schema does not declare: once for each place, since a handler returns them
 * with each request. All elements of a list are one place.
 */
export function createUndeclaredWarning(log: Logger): PlanSettings['onUndeclared'] {
  const warned = new Set<string>()
  return (place, pointers) => {
    const fresh = [...new Set(pointers.map((pointer) => pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*')))].filter(
      (pointer) => !warned.has(`${place} ${pointer}`),
    )
    if (fresh.length === 0 || warned.size >= MAX_WARNINGS) return
    for (const pointer of fresh) warned.add(`${place} ${pointer}`)
    log.warn(
      { place, pointers: fresh },
      'A response had properties that its schema does not declare; they were omitted.',
    )
  }
}

/** Warns of errors that a route does not declare: once for each route and code. */
export function createUndeclaredErrorWarning(log: Logger): (place: string, code: string) => void {
  const warned = new Set<string>()
  return (place, code) => {
    const key = `${place} ${code}`
    if (warned.has(key) || warned.size >= MAX_WARNINGS) return
    warned.add(key)
    log.warn(
      { place, code },
      `It answered with the error ${code}, which it does not declare: documents lack it, and for the typed client it is UNEXPECTED. Add the error class to the route's errors, or to describe.errors of the middleware that throws it.`,
    )
  }
}

/** Logs details of errors that were not sent because they do not match their schema. */
export function createUnfitWarning(log: Logger): (code: string, error: unknown) => void {
  return (code, err) => log.warn({ err, code }, `The details of the error ${code} were not sent.`)
}

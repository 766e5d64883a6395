import { callSite } from '@keelson/core/options'
import type { AnyMiddleware } from '@keelson/core'

/**
 * A rule whose place is where the app wrote it, not where this package made it: the caller of `below`.
 *
 * @param notes - what `keelson check` tells of it
 */
export function ruleAt<T extends AnyMiddleware>(rule: T, below: Function, notes: readonly string[] = []): T {
  const source = callSite(below as never)
  return Object.freeze(
    Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(rule),
        source: { get: source, enumerable: true },
        '~notes': { value: Object.freeze([...notes]) },
      },
    ),
  ) as T
}

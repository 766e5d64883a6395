import { nearestName } from '@keelson/core/options'

/**
 * What to write in place of a name that is not there: the one that was meant, or all that there are.
 *
 * @example
 * nameRemedy('stauts', ['id', 'status']) // => "Did you mean 'status'?"
 */
export function nameRemedy(name: unknown, names: Iterable<string>): string {
  const known = [...names]
  const near = nearestName(String(name), known)
  return near === undefined ? `It has ${known.join(', ')}.` : `Did you mean '${near}'?`
}

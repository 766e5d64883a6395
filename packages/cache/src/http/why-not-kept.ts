import type { Outcome } from '@keelson/core'

/** What is known of a route whose answers are kept. */
export interface Keeping {
  /** Request headers that are in the key. */
  readonly keyed: ReadonlySet<string>
  /** Whether an answer is for one caller alone. */
  readonly isForOne: boolean
}

/** Answers to conditions and ranges, which the key does not have (RFC 9110 §15.3.7, §15.4.5, §15.5.13, §15.5.17). */
const OF_ONE_REQUEST: ReadonlySet<number> = new Set([206, 304, 412, 416])

/** Whether an answer is about a condition or a range of its request. Others of its key may be kept. */
export function isOfOneRequest({ status }: Outcome): boolean {
  return OF_ONE_REQUEST.has(status)
}

/** Why an answer is given to nobody else; undefined for one that may be. */
export function whyNotKept({ headers }: Outcome, { keyed, isForOne }: Keeping): string | undefined {
  if (headers.has('set-cookie')) return 'it sets a cookie'
  const directives = namesIn(headers.values('cache-control'))
  if (directives.includes('no-store')) return 'its cache-control says no-store'
  // RFC 9111 §5.2.2.4, §5.2.2.7: nobody asks the handler whether it is still good. The forms with names of headers count as those without.
  if (directives.includes('no-cache')) return 'its cache-control says no-cache'
  if (!isForOne && directives.includes('private'))
    return "its cache-control says private, and cached() not by: 'user'"
  const unkeyed = namesIn(headers.values('vary')).find((name) => !keyed.has(name))
  if (unkeyed === '*') return 'it says vary: *, which no other request fits (RFC 9110 §12.5.5)'
  return unkeyed === undefined
    ? undefined
    : `it varies by '${unkeyed}', which is not in its key: say vary: ['${unkeyed}']`
}

/** Names of the members of lists: `private="x", max-age=5` gives both without their values. */
function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    line.split(',').map((one) => (one.split('=')[0] as string).trim().toLowerCase()),
  )
}

import type { Violation } from '@keelson/contract'

/**
 * What the server found wrong with the input of a call: for each its place, its code, and the parameters of the code for
 * a message of your own.
 *
 * @param error - what a call threw, or the `error` of its result
 * @returns none for any other error
 * @example
 * const outcome = await shop.orders.create.result({ body })
 * if (!outcome.ok) for (const { pointer, code, limit } of violationsOf(outcome.error)) show(pointer, words[code](limit))
 */
export function violationsOf(error: unknown): readonly Violation[] {
  const { code, serverCode = code, details } = Object(error) as { readonly [name: string]: unknown }
  return serverCode === 'ERR_CORE_VALIDATION' && Array.isArray(details) ? (details as Violation[]) : []
}

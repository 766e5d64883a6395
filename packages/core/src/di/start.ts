import { SetupError, sentenceOf, isTimeout } from '../errors/index.ts'
import type { WarmOptions } from './contract.ts'
import { REMEDIES, toProblem } from './messages.ts'
import { ServiceError } from './service-error.ts'
import { labelOf, type ServiceNode } from './service-node.ts'

/**
 * A service that has something to do before requests come: connect, load, subscribe. Only singletons that the app makes
 * are started, by class or `make`; a value that is given is not.
 *
 * @example
 * class Rates implements Startable {
 *   async onStart(signal: AbortSignal) {
 *     await fetch('https://rates.example', { signal })
 *   }
 * }
 */
export interface Startable {
  /**
   * Called once when the app starts, after everything that the service needs was started. When it fails, so does the start,
   * and what was made is closed in reverse order.
   *
   * @param signal - aborts when `phases.startMs` has passed, or the app is stopped
   */
  onStart(signal: AbortSignal): void | Promise<void>
}

/** The start of an instance that has one, bound to it. */
export function startOf(instance: unknown): ((signal: AbortSignal) => unknown) | undefined {
  if (instance === null || (typeof instance !== 'object' && typeof instance !== 'function')) return undefined
  const { onStart } = instance as { readonly onStart?: unknown }
  return typeof onStart === 'function' ? (signal) => onStart.call(instance, signal) as unknown : undefined
}

/** What failed in the life of a singleton, so that its message reads as a sentence. */
export type StartStep = 'made' | 'started'

/** Names the service that failed and those that need it. Errors that name it already stay as they are. */
export function toStartFailure(
  error: unknown,
  { trail, step }: { readonly trail: readonly ServiceNode[]; readonly step: StartStep },
  { signal, neededBy }: WarmOptions,
): unknown {
  const isCalledOff = signal?.aborted === true && error === signal.reason
  const isLate = isCalledOff && isTimeout(error)
  if (error instanceof ServiceError || (isCalledOff && !isLate)) return error
  const targets = trail.map((node) => node.target)
  const users = [...(neededBy?.() ?? []), ...targets.slice(0, -1).map(labelOf)]
  const need = users.length === 0 ? '' : ` It is needed by ${users.join(' -> ')}.`
  const problem = toProblem('start', `service ${labelOf(targets.at(-1)!)}`, {
    step,
    reason: sentenceOf(error),
    need,
    remedy: isLate ? REMEDIES.late : REMEDIES.cause,
  })
  return new SetupError([problem], error)
}

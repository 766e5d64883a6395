// On the path of requests that have a scope: what was constructed is noted here and closed after the answer.
import { createLimit, isDoneWithin, isPromise } from '../errors/index.ts'
import type { DisposeOptions } from './contract.ts'
import { DisposeError, type DisposeFailure } from './service-error.ts'
import { labelOf, type ServiceNode } from './service-node.ts'

/** An instance to be closed. */
export interface Constructed {
  readonly node: ServiceNode
  readonly instance: unknown
}

interface MaybeDisposable {
  readonly [Symbol.asyncDispose]?: unknown
  readonly [Symbol.dispose]?: unknown
  readonly dispose?: unknown
}

/** Whether an instance must be closed: by its provider's function or a method of its own. */
export function isDisposable(node: ServiceNode, instance: unknown): boolean {
  if (node.dispose !== true) return node.dispose !== false
  return methodOf(instance) !== undefined
}

/** What closes a value by a method of its own; `undefined` for one without. */
export function disposerOf(value: unknown): (() => unknown) | undefined {
  const method = methodOf(value)
  return method && (() => method.call(value) as unknown)
}

function methodOf(value: unknown): Function | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  const instance = value as MaybeDisposable
  const method = instance[Symbol.asyncDispose] ?? instance[Symbol.dispose] ?? instance.dispose
  return typeof method === 'function' ? method : undefined
}

/** One closing of many instances. */
interface Closing {
  readonly constructed: readonly Constructed[]
  readonly bound: Bound
  readonly closed: Set<unknown>
  readonly failures: DisposeFailure[]
}

/**
 * Closes instances from the last constructed to the first, each object once; failures do not stop the rest. Works
 * synchronously until something returns a promise.
 *
 * @returns `undefined` if all were closed synchronously without failure
 */
export function closeAll(
  constructed: readonly Constructed[],
  bound: Bound = UNBOUND,
  closed: Set<unknown> = new Set(),
): Promise<void> | undefined {
  const closing: Closing = { constructed, bound, closed, failures: [] }
  for (let index = constructed.length - 1; index >= 0; index--) {
    const pending = closeOnce(closing, index)
    if (pending !== undefined) return closeRest(closing, index, pending)
  }
  return closing.failures.length === 0 ? undefined : Promise.reject(new DisposeError(closing.failures))
}

/** Closes one; its promise, if it returns one, never rejects: a failure is noted. */
function closeOnce(
  { constructed, bound, closed, failures }: Closing,
  index: number,
): Promise<void> | undefined {
  const { node, instance } = constructed[index]!
  if (closed.has(instance)) return undefined
  closed.add(instance)
  const age = bound.startAge?.()
  const fail = (error: unknown): void =>
    void failures.push({ service: labelOf(node.target), error, ageMs: age?.() })
  try {
    const rule = node.dispose
    const result: unknown =
      typeof rule === 'function' ? rule(instance as never) : methodOf(instance)?.call(instance)
    return isPromise(result) ? Promise.resolve(result).then(() => undefined, fail) : undefined
  } catch (error) {
    fail(error)
    return undefined
  }
}

async function closeRest(closing: Closing, from: number, first: Promise<void>): Promise<void> {
  const { constructed, bound, failures } = closing
  let pending: Promise<void> | undefined = first
  for (let index = from; ;) {
    const age = bound.startAge?.()
    const isInTime: boolean = pending === undefined || (await bound.wait(pending))
    const service = labelOf(constructed[index]!.node.target)
    if (!isInTime) failures.push({ service, error: bound.reason(), ageMs: age?.() })
    index--
    if (index < 0) break
    pending = closeOnce(closing, index)
  }
  // A copy: what fails after its time was up is still noted.
  if (failures.length > 0) throw new DisposeError([...failures])
}

/** Waiting with a limit. */
export interface Bound {
  /** Waits for a promise that does not reject; `false` when time was up first. */
  wait(pending: Promise<unknown>): Promise<boolean>
  /** Why waiting ended. */
  reason(): unknown
  /** Starts a measurement, and returns a function for the milliseconds since; not for requests, to which it would add cost. */
  startAge?(): () => number
  /** Must be called after the last wait. */
  end(): void
}

const UNBOUND: Bound = {
  wait: (pending) => pending.then(() => true),
  reason: () => undefined,
  end: () => undefined,
}

/** Waiting for many closings with one limit. */
export function createBound({ signal, timeoutMs }: DisposeOptions): Bound {
  const reason = (): DOMException => new DOMException(`not closed within ${timeoutMs} ms`, 'TimeoutError')
  const limit = createLimit({ limitMs: timeoutMs, signal, reason })
  return {
    wait: (pending) => isDoneWithin(pending, limit),
    reason: () => limit.signal.reason as unknown,
    startAge: () => {
      const startedAt = performance.now()
      return () => Math.round(performance.now() - startedAt)
    },
    end: limit.release,
  }
}

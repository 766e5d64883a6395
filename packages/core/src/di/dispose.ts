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

/** Whether an instance will want closing: by its provider's function or a method of its own. */
export function isDisposable(node: ServiceNode, instance: unknown): boolean {
  if (node.dispose !== true) return node.dispose !== false
  return disposerOf(instance) !== undefined
}

/** What closes a value by a method of its own; `undefined` for one without. */
export function disposerOf(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  const method = methodOf(value)
  return method && (() => method.call(value) as unknown)
}

function methodOf(instance: MaybeDisposable): Function | undefined {
  const method = instance[Symbol.asyncDispose] ?? instance[Symbol.dispose] ?? instance.dispose
  return typeof method === 'function' ? method : undefined
}

function close(entry: Constructed): unknown {
  const rule = entry.node.dispose
  if (typeof rule === 'function') return rule(entry.instance as never)
  return methodOf(entry.instance as MaybeDisposable)?.call(entry.instance)
}

/**
 * Closes instances from the last constructed to the first, each object once; failures do not stop the rest. Works
 * synchronously until something gives a promise.
 *
 * @returns `undefined` if all were closed synchronously without failure
 */
export function closeAll(
  constructed: readonly Constructed[],
  bound: Bound = UNBOUND,
  closed: Set<unknown> = new Set(),
): Promise<void> | undefined {
  const failures: DisposeFailure[] = []
  for (let index = constructed.length - 1; index >= 0; index--) {
    const pending = closeOnce(constructed[index]!, { closed, failures, bound })
    if (pending !== undefined) return closeRest(constructed, index, { pending, closed, failures, bound })
  }
  return failures.length === 0 ? undefined : Promise.reject(new DisposeError(failures))
}

/** Closes one; its promise, if it gives one, never rejects: what fails is noted. */
function closeOnce(
  entry: Constructed,
  { closed, failures, bound }: Omit<Closing, 'pending'>,
): Promise<void> | undefined {
  if (closed.has(entry.instance)) return undefined
  closed.add(entry.instance)
  const age = bound.startAge?.()
  const fail = (error: unknown): void =>
    void failures.push({ service: labelOf(entry.node.target), error, ageMs: age?.() })
  try {
    const result = close(entry)
    return isPromise(result) ? Promise.resolve(result).then(() => undefined, fail) : undefined
  } catch (error) {
    fail(error)
    return undefined
  }
}

interface Closing {
  /** What the first one to wait for gave. */
  readonly pending: Promise<void>
  readonly closed: Set<unknown>
  readonly failures: DisposeFailure[]
  readonly bound: Bound
}

async function closeRest(
  constructed: readonly Constructed[],
  from: number,
  { pending: first, closed, failures, bound }: Closing,
): Promise<void> {
  let pending: Promise<void> | undefined = first
  for (let index = from; ;) {
    const age = bound.startAge?.()
    const isInTime: boolean = pending === undefined || (await bound.wait(pending))
    const service = labelOf(constructed[index]!.node.target)
    if (!isInTime) failures.push({ service, error: bound.reason(), ageMs: age?.() })
    index--
    if (index < 0) break
    pending = closeOnce(constructed[index]!, { closed, failures, bound })
  }
  // A copy: what fails after its time was up still notes itself.
  if (failures.length > 0) throw new DisposeError([...failures])
}

/** Waiting with an end to it. */
export interface Bound {
  /** Waits for a promise that does not reject; `false` when time was up first. */
  wait(pending: Promise<unknown>): Promise<boolean>
  /** Why waiting ended. */
  reason(): unknown
  /** Begins to measure, and gives what says how many milliseconds it was; not for requests, which it would cost. */
  startAge?(): () => number
  /** Must be called when nothing more is waited for. */
  end(): void
}

const UNBOUND: Bound = {
  wait: (pending) => pending.then(() => true),
  reason: () => undefined,
  end: () => undefined,
}

/** Waiting for many closings with one end. */
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

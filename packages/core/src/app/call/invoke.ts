// On the request path of calls within the process: from a name to its plan, and back with a result.
import {
  ArgumentError,
  checkCallOptions,
  milliseconds,
  ofKind,
  optionTable,
  recordOf,
  SIGNAL,
  text,
  anything,
  nearestName,
} from '../../errors/index.ts'
import { currentFrame } from '../../frame/index.ts'
import type { PlanDispatcher } from '../dispatcher.ts'
import type { PublicOrigin } from '../public-url.ts'
import { assertInput, type CallPlans, type CallTarget } from './call-plans.ts'
import type { InvokeOptions } from './contract.ts'
import { InProcessCall } from './in-process-call.ts'
import type { AnyResult } from './received.ts'

const INVOKE_OPTIONS = optionTable<InvokeOptions>({
  as: recordOf(anything('The caller, by the names that authenticate middleware adds.')),
  meta: recordOf(text('What stands for request headers.')),
  deadlineMs: milliseconds('Time for the call.', { isZeroOff: true }),
  signal: ofKind(SIGNAL, 'Aborts the call.'),
})

/** What calls an app's operations. */
export interface InvokeParts {
  readonly plans: CallPlans
  readonly dispatcher: PlanDispatcher
  readonly origin: PublicOrigin
}

/**
 * Calls an operation by its name.
 *
 * @throws {ArgumentError} for wrong arguments, as a rejection; the signal's reason if the caller aborts the call
 */
export async function invoke(
  { plans, dispatcher, origin }: InvokeParts,
  name: string,
  [input = {}, options = {}]: readonly [input?: object | undefined, options?: InvokeOptions | undefined],
): Promise<AnyResult> {
  const target = plans.target(name)
  const why = target.whyUncallable
  if (why !== undefined) throw new ArgumentError(`invoke('${name}'): ${why} Send it a request.`)
  return call({ plans, dispatcher, origin }, target, [input, options])
}

/**
 * Decides whether a caller is admitted to an operation: the caller is given or authenticated, params are validated, the access
 * rule decides. Nothing else runs.
 *
 * @throws {ArgumentError} like {@link invoke}
 */
export async function askAdmission(
  parts: InvokeParts,
  name: string,
  [input = {}, options = {}]: readonly [input?: object | undefined, options?: InvokeOptions | undefined],
): Promise<AnyResult> {
  const target = parts.plans.target(name)
  return call(parts, { ...target, plan: target.admission, isDeclared: () => true }, [input, options])
}

async function call(
  { dispatcher, origin }: InvokeParts,
  target: CallTarget,
  [input, options]: readonly [input: unknown, options: InvokeOptions],
): Promise<AnyResult> {
  const { name } = target
  checkCallOptions(INVOKE_OPTIONS, options, { name: `invoke('${name}')` })
  assertInput(input, target)
  const { as, meta, signal, deadlineMs } = options
  if (as !== undefined) assertCaller(as, target)
  const around = currentFrame()
  signal?.throwIfAborted()
  if (around?.isAborted === true) throw around.abortReason
  const made = new InProcessCall({ target, input, meta, caller: as, origin })
  const values = target.plan.paramNames.map((param) => made.paramOf(param))
  const served = dispatcher.invoke(made, { plan: target.plan, values, around, deadlineMs })
  const signals = [signal, around?.signal].filter((one) => one !== undefined)
  const aborts = signals.map((one) => [one, () => made.abort(one.reason)] as const)
  made.begin(served, () => {
    for (const [one, abort] of aborts) one.removeEventListener('abort', abort)
  })
  // A synchronous handler leaves nothing to abort.
  if (made.isOver) return made.result
  for (const [one, abort] of aborts) {
    if (one.aborted) abort()
    else one.addEventListener('abort', abort, { once: true })
  }
  return made.result
}

/** `as` has every name that authentication adds, and no other: an access rule would otherwise read missing values. */
function assertCaller(as: Readonly<Record<string, unknown>>, { name, callerNames }: CallTarget): void {
  if (callerNames === undefined)
    throw new ArgumentError(`invoke('${name}'): The route has no authenticate middleware. Omit as.`)
  const known = [...callerNames]
  const unknown = Object.keys(as).find((one) => !callerNames.has(one))
  if (unknown !== undefined) {
    const near = nearestName(unknown, known)
    const hint = near === undefined ? '' : ` Did you mean '${near}'?`
    throw new ArgumentError(
      `invoke('${name}'): as has '${unknown}', which its authenticate middleware does not add.${hint}`,
    )
  }
  const missing = known.filter((one) => !Object.hasOwn(as, one))
  if (missing.length > 0)
    throw new ArgumentError(
      `invoke('${name}'): as lacks ${missing.map((one) => `'${one}'`).join(', ')}. Give every name that its authenticate middleware adds: ${known.join(', ')}.`,
    )
}

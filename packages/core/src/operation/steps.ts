// On the request path: middleware as steps. A synchronous step returns undefined and costs no promise.
import { InternalError, describeValue, isPlain, isPromise } from '../errors/index.ts'
import { checkValue, isReply, isResponse, type AnyMiddleware, type Outcome } from '../route/index.ts'
import { afterRun } from './after-run.ts'
import type { Before } from './branch.ts'
import { replyOutcome } from './free-outcome.ts'
import type { Around, OperationContext, Step, StepResult, Tail } from './plan.ts'
import { wrapTail } from './wrap.ts'

/** A middleware's `run` as a step, and what happens after it. */
function runStep(middleware: AnyMiddleware): Step {
  const step = plainStep(middleware)
  const after = afterRun(middleware)
  if (after === undefined) return step
  const passed = (ctx: OperationContext): undefined => void after(ctx)
  return (ctx) => {
    const result = step(ctx)
    if (result === undefined) return passed(ctx)
    return result instanceof Promise ? result.then((outcome) => outcome ?? passed(ctx)) : result
  }
}

function plainStep(middleware: AnyMiddleware): Step {
  const run = middleware.run as (ctx: unknown) => unknown
  const settle = (ctx: OperationContext, result: unknown): StepResult => {
    if (result === undefined || result === null) return undefined
    if (isReply(result)) return replyOutcome(result)
    addTo(ctx, result, middleware)
    return undefined
  }
  return (ctx) => {
    const result = run(ctx)
    if (result === undefined) return undefined
    return isPromise(result)
      ? Promise.resolve(result).then((value) => settle(ctx, value))
      : settle(ctx, result)
  }
}

/** Puts what `run` returned on the context. Another value is refused, since it may have been meant to end the request. */
function addTo(ctx: OperationContext, result: unknown, { adds, name }: AnyMiddleware): void {
  checkValue(result)
  if (!isLiteral(result))
    throw new InternalError(
      `Middleware ${name} returned ${nameOf(result)}; run gives an object of what it adds, reply(status, body) or nothing.`,
    )
  const given = result
  for (const key in given) {
    if (!adds.includes(key))
      throw new InternalError(
        `Middleware ${name} returned '${key}', which its adds does not name. Name it there; to answer, return reply(status, body).`,
      )
  }
  const fields = ctx as unknown as Record<string, unknown>
  let isEmpty = adds.length > 0
  for (const key of adds) {
    // A name that its type declares optional may be missing.
    if (!(key in given)) continue
    const value = given[key]
    if (isPromise(value))
      throw new InternalError(`Middleware ${name} returned a promise as '${key}': await it.`)
    if (isReply(value))
      throw new InternalError(`Middleware ${name} returned a reply as '${key}': return the reply itself.`)
    fields[key] = value
    isEmpty = false
  }
  // Symbols and hidden members, which have no names to report.
  if (adds.length === 0 && Reflect.ownKeys(given).length > 0)
    throw new InternalError(
      `Middleware ${name} returned an object with hidden members, and adds names nothing.`,
    )
  if (isEmpty)
    throw new InternalError(
      `Middleware ${name} returned an object without ${adds.join(', ')}, which its adds names; where there is nothing to add, run returns nothing.`,
    )
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value
  if (Array.isArray(value)) return 'an array'
  if (isResponse(value)) return 'a Response'
  const name = describeValue(value)
  return name === 'an object' ? 'an object that inherits from another' : name
}

/** Whether a value is an object literal. An instance may be an answer or a refusal of another library. */
function isLiteral(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && isPlain(value)
}

/** Runs steps from one on, then the tail. Becomes asynchronous with the first step that is. */
// oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
function runSteps(
  steps: readonly Step[],
  from: number,
  tail: Tail,
  ctx: OperationContext,
): Outcome | Promise<Outcome> {
  for (let i = from; i < steps.length; i++) {
    const result = (steps[i] as Step)(ctx)
    if (result === undefined) continue
    if (result instanceof Promise) {
      return result.then((outcome) => outcome ?? runSteps(steps, i + 1, tail, ctx))
    }
    return result
  }
  return tail(ctx)
}

/** Puts steps and wraps in order: `wrap` goes around everything after it. */
export function compose(parts: readonly (Step | Around | AnyMiddleware)[], handle: Tail): Tail {
  let tail = handle
  let steps: Step[] = []
  const close = () => {
    if (steps.length === 0) return
    const group = steps
    const inner = tail
    steps = []
    tail = group.length === 1 ? single(group[0] as Step, inner) : (ctx) => runSteps(group, 0, inner, ctx)
  }
  const firstWrap = parts.findIndex((part) => 'wrap' in part && part.wrap !== undefined)
  for (let at = parts.length - 1; at >= 0; at--) {
    const part = parts[at] as (typeof parts)[number]
    if (typeof part === 'function') steps.unshift(part)
    else if ('around' in part) {
      close()
      tail = part.around(tail, firstWrap !== -1 && firstWrap < at)
    } else if (part.run !== undefined) steps.unshift(runStep(part))
    else {
      close()
      tail = wrapTail(part, { rest: tail, before: beforeOf(parts, at) })
    }
  }
  close()
  return tail
}

/** What remains of a context when the rest after a middleware runs once more. */
function beforeOf(parts: readonly (Step | Around | AnyMiddleware)[], at: number): Before {
  const earlier = parts.slice(0, at)
  const addsOf = (some: typeof parts): string[] =>
    some.flatMap((part) => (typeof part !== 'function' && 'adds' in part ? part.adds : []))
  const validatesParams = earlier.some((part) => 'validatesParams' in part)
  const input = earlier.some((part) => 'around' in part) ? 'all' : validatesParams ? 'params' : 'none'
  return { adds: addsOf(earlier), later: addsOf(parts.slice(at)), input }
}

function single(step: Step, inner: Tail): Tail {
  return (ctx) => {
    const result = step(ctx)
    if (result === undefined) return inner(ctx)
    return result instanceof Promise ? result.then((outcome) => outcome ?? inner(ctx)) : result
  }
}

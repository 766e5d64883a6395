// On the request path: from a call to its plan.
import {
  BadRequestError,
  cutText,
  isDoneWithin,
  MethodNotAllowedError,
  NotFoundError,
  type DescribedError,
} from '../errors/index.ts'
import {
  Frame,
  newRequestId,
  runCallbackInFrame,
  runInFrame,
  spanBelow,
  type RequestIdPolicy,
  type TimerWheel,
} from '../frame/index.ts'
import { bindLogger, silentLogger, type Logger } from '../log/index.ts'
import {
  RunningCall,
  replyOutcome,
  type Dispatcher,
  type Call,
  type Execution,
  type InFlightWork,
  type InjectionSource,
  type PipelineRuntime,
  type Plan,
  type Served,
} from '../operation/index.ts'
import { PathEncodingError, toReadablePath, type Lookup } from '../path/index.ts'
import { reply, type RequestSummary } from '../route/index.ts'
import { acceptQueryOf } from './accept-query.ts'
import { InFlight } from './in-flight.ts'
import type { Unmatched } from './unmatched.ts'

/** What the dispatcher uses, all of it decided at start. */
export interface DispatcherParts {
  readonly log: Logger
  /** Writes the request's log line. */
  readonly requestLog: (execution: Execution, summary: RequestSummary) => void
  readonly wheel: TimerWheel
  readonly injection: InjectionSource
  readonly lookup: Lookup<Plan>
  readonly unmatched: Unmatched
  readonly notFound: Plan
  readonly refused: Plan
  readonly requestId: RequestIdPolicy
  /** Header with the inbound id; undefined where none is trusted. */
  readonly inboundIdHeader: string | undefined
  readonly requestIdHeader: string | undefined
  readonly now: () => number
  readonly trustTrace: boolean
  readonly draining: AbortSignal
  /** Whether any route may switch the protocol of its connection. */
  readonly offersUpgrades: boolean
}

/** A call whose plan is known, and the frame around it. */
export interface InvokedCall {
  readonly plan: Plan
  /** Of the path's params, in order. */
  readonly values: readonly unknown[]
  /** The frame of the caller. */
  readonly around: Frame | undefined
  /** `0` for that of the plan alone. */
  readonly deadlineMs?: number | undefined
}

const NO_VALUES: readonly string[] = []

/** Matches requests to plans and tracks those in flight. */
export class PlanDispatcher implements Dispatcher, PipelineRuntime {
  readonly log: Logger
  readonly wheel: TimerWheel
  readonly injection: InjectionSource
  readonly requestIdHeader: string | undefined
  readonly now: () => number
  readonly records: boolean
  readonly draining: AbortSignal
  readonly upgrades: Dispatcher['upgrades']
  readonly #parts: DispatcherParts
  readonly #active = new InFlight<InFlightWork>()
  #onIdle: (() => void) | undefined = undefined
  /** Work that begins now is refused. */
  #isOver = false

  constructor(parts: DispatcherParts) {
    this.#parts = parts
    this.log = parts.log
    this.wheel = parts.wheel
    this.injection = parts.injection
    this.requestIdHeader = parts.requestIdHeader
    this.now = parts.now
    this.draining = parts.draining
    this.upgrades = parts.offersUpgrades ? (method, path) => this.#upgradesOf(method, path) : undefined
    // Any other log may be enabled while the app runs.
    this.records = parts.log !== silentLogger
  }

  #upgradesOf(method: string, path: string): string | undefined {
    try {
      return this.#parts.lookup.match(method, path)?.value.flat?.route.options.upgrades?.toLowerCase()
    } catch {
      // An invalid path: the dispatch of the request answers it.
      return undefined
    }
  }

  dispatch(call: Call): Served {
    const { lookup } = this.#parts
    let match: ReturnType<Lookup<Plan>['match']>
    try {
      match = this.#preflightMatch(call) ?? lookup.match(call.method, call.path)
    } catch (error) {
      return this.#serveMalformed(call, error)
    }
    return match === undefined
      ? this.#serveUnmatched(call)
      : this.#serve(call, match.value, match.values, undefined)
  }

  /**
   * A preflight (Fetch §3.2.2) is answered as the request that it asks for would be: by the middleware of that route, whatever else has the
   * path; a mounted handler answers its own.
   */
  #preflightMatch(call: Call): ReturnType<Lookup<Plan>['match']> {
    const asked = askedMethod(call)
    return asked === undefined ? undefined : this.#preflightOf(asked, call.path)
  }

  #preflightOf(method: string, path: string): ReturnType<Lookup<Plan>['match']> {
    const match = this.#parts.lookup.match(method, path)
    const flat = match?.value.flat
    if (match === undefined || flat === undefined) return undefined
    if (flat.route.method === '*') return match
    const place = this.#parts.unmatched.byPattern.get(flat.pattern)
    return place && { ...match, value: place.byMethod?.get(flat.route.method) ?? place.plan }
  }

  #serveUnmatched(call: Call): Served {
    const { unmatched, notFound } = this.#parts
    const match = unmatched.lookup.match(call.method, call.path)
    if (match === undefined) return this.#serve(call, notFound, NO_VALUES, undefined)
    return this.#serve(call, match.value.plan, match.values, undefined)
  }

  /** An invalid path has a place too: its error has the format of its router. */
  #serveMalformed(call: Call, error: unknown): Served {
    const { unmatched, notFound } = this.#parts
    const match = unmatched.lookup.match(call.method, toReadablePath(call.path))
    return match === undefined
      ? this.#serve(call, notFound, NO_VALUES, error)
      : this.#serve(call, match.value.plan, match.values, error)
  }

  refuse(call: Call, error: unknown): Served {
    if (error instanceof PathEncodingError) return this.#serveMalformed(call, error)
    return this.#serve(call, this.#parts.refused, NO_VALUES, error ?? new BadRequestError())
  }

  /** Runs a call whose plan is known. */
  invoke(call: Call, { plan, values, around, deadlineMs = 0 }: InvokedCall): Served {
    const frame = new Frame(this.newRequestId(), this.now())
    if (around === undefined) this.#acceptTrace(call, frame)
    else frame.trace = spanBelow(around.trace)
    const limit = nearest(plan.deadlineMs, deadlineMs)
    const deadline = Math.min(frame.startedAt + limit, around?.deadline ?? Infinity)
    if (deadline !== Infinity) frame.deadline = deadline
    const execution = new RunningCall(this, call, plan, frame, values, undefined)
    this.#active.add(execution)
    runInFrame(frame, runExecution, execution)
    return execution
  }

  #acceptTrace(call: Call, frame: Frame): void {
    if (!this.#parts.trustTrace) return
    const traceparent = call.meta('traceparent')
    if (traceparent !== undefined) frame.acceptTrace(traceparent, call.meta('tracestate'))
  }

  // oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
  #serve(call: Call, plan: Plan, values: readonly string[], refusal: unknown): Served {
    const frame = new Frame(this.#idOf(call), this.now())
    this.#acceptTrace(call, frame)
    if (plan.deadlineMs !== 0) frame.deadline = frame.startedAt + plan.deadlineMs
    const execution = new RunningCall(this, call, plan, frame, values, refusal)
    this.#active.add(execution)
    if (call.isWholeCallback === true) runCallbackInFrame(frame, runExecution, execution)
    else runInFrame(frame, runExecution, execution)
    return execution
  }

  /** The request's id. The application's own functions may make and trust it, and may fail. */
  #idOf(call: Call): string {
    const { inboundIdHeader } = this.#parts
    const inbound = inboundIdHeader === undefined ? undefined : call.meta(inboundIdHeader)
    if (inbound === undefined) return this.#makeId(undefined, undefined)
    let address: string
    try {
      address = call.remoteAddress
    } catch (error) {
      this.log.error({ err: error }, 'The address of the client is unknown: trustProxy failed.')
      return newRequestId()
    }
    return this.#makeId(inbound, address)
  }

  newRequestId(): string {
    return this.#makeId(undefined, undefined)
  }

  #makeId(inbound: string | undefined, address: string | undefined): string {
    try {
      return this.#parts.requestId(inbound, address)
    } catch (error) {
      this.log.error(
        { err: error },
        'The request got a default id: requestId.generate or requestId.trust failed.',
      )
      return newRequestId()
    }
  }

  observe(execution: Execution, summary: RequestSummary): void {
    this.#parts.requestLog(execution, summary)
  }

  allowedMethods(call: Call): readonly string[] {
    const { path } = call
    try {
      const all = this.#parts.lookup.allowed(path)
      const plan = this.#preflightMatch(call)?.value
      // The answer to a preflight speaks for routes with the same middleware alone.
      return plan === undefined ? all : all.filter((one) => this.#preflightOf(one, path)?.value === plan)
    } catch {
      // A path that cannot be read.
      return NO_VALUES
    }
  }

  bindLog(frame: Frame): Logger {
    return bindLogger(this.log, frame)
  }

  logError(
    { ctx }: Execution,
    { error, code, logLevel }: DescribedError,
    message = 'The request failed.',
  ): void {
    ctx.log[logLevel]({ err: error, code }, message)
  }

  enter(work: InFlightWork): boolean {
    if (this.#isOver) return false
    this.#active.add(work)
    return true
  }

  leave(work: InFlightWork): void {
    this.#active.delete(work)
    if (this.#active.isEmpty) this.#onIdle?.()
  }

  inFlight(): readonly InFlightWork[] {
    return [...this.#active].toReversed()
  }

  /** Aborts what is still in flight, for a reason. What the transport has cut already stays as it is. */
  cut(reason: unknown): void {
    this.#isOver = true
    for (const work of this.inFlight()) work.cut(reason)
  }

  /** Ends streams that nobody has read since the last call. */
  endUnread(reason: unknown): void {
    for (const work of this.inFlight()) work.endUnread?.(reason)
  }

  async whenIdle(signal: AbortSignal): Promise<void> {
    if (this.#active.isEmpty) return
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
    await isDoneWithin(idle, { signal })
    this.#onIdle = undefined
  }
}

/** The shorter of two times, where `0` means none. */
function nearest(one: number, other: number): number {
  return Math.min(one === 0 ? Infinity : one, other === 0 ? Infinity : other)
}

function runExecution(execution: RunningCall): void {
  execution.run()
}

/** Answers requests that no route serves: 404, 405 with `Allow` and `Accept-Query`, OPTIONS. */
export function notFoundTail(lookup: Lookup<Plan>): Plan['run'] {
  return (ctx) => {
    const { refusal } = ctx['~execution']
    if (refusal !== undefined) throw refusal as Error
    if (ctx.path === '*') return replyOutcome(reply(204))
    const allowed = lookup.allowed(ctx.path)
    if (allowed.length === 0) throw new NotFoundError('Nothing is served at this path.')
    const query = allowed.includes('QUERY') ? lookup.match('QUERY', ctx.path) : undefined
    const accepted = query === undefined ? undefined : acceptQueryOf(query.value)
    const headers: Record<string, string> = accepted === undefined ? {} : { 'accept-query': accepted }
    if (ctx.method === 'OPTIONS')
      return replyOutcome(reply(204, undefined, { allow: allowed.join(', '), ...headers }))
    throw new MethodNotAllowedError(`${cutText(ctx.method)} is not allowed here.`, {
      allow: allowed,
      headers,
    })
  }
}

/** The method that a preflight asks for. */
function askedMethod(call: Call): string | undefined {
  return call.method === 'OPTIONS' ? call.meta('access-control-request-method') : undefined
}

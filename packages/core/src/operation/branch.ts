// On the request path of calls whose middleware runs the rest of a plan once more.
import { InternalError, ignore } from '../errors/index.ts'
import { runInFrame, runInTransactionsSince, type Entered, type Frame } from '../frame/index.ts'
import { LaidHeaders, type DetachOptions, type Outcome, type ResponseHeaders } from '../route/index.ts'
import type { Call } from './call.ts'
import { inTime } from './late-result.ts'
import type {
  BranchOwner,
  Execution,
  OperationContext,
  PipelineRuntime,
  Plan,
  RequestScope,
  Tail,
} from './plan.ts'

/** What a run of the rest belongs to. */
export interface Surroundings {
  readonly owner: BranchOwner
  /** The transactions around the `wrap`: those of another run, or of the code that dispatched the call. */
  readonly transactions: Entered | undefined
}

/** What is before a middleware in a plan, and what remains of it when the rest runs once more. */
export interface Before {
  /** Names on the context that earlier middleware adds. */
  readonly adds: readonly string[]
  /** Names that the rest adds. */
  readonly later: readonly string[]
  /** Which input was validated. */
  readonly input: 'none' | 'params' | 'all'
}

const INPUTS = ['~query', '~headers', '~cookies', '~body'] as const

/** The rest of a plan, run once more for a call. */
export class Branch implements Execution {
  readonly runtime: PipelineRuntime
  readonly call: Call
  readonly plan: Plan
  readonly frame: Frame
  readonly ctx: OperationContext
  readonly refusal: unknown
  readonly rawParams: Execution['rawParams']
  readonly root: Execution['root']
  scope: RequestScope | undefined = undefined
  /** The response headers that it sets; they are sent if its outcome is the answer. */
  laid: LaidHeaders | undefined = undefined

  constructor(around: OperationContext, owner: BranchOwner, { adds, input }: Before) {
    const execution = around['~execution']
    this.root = execution.root
    this.runtime = execution.runtime
    this.call = execution.call
    this.plan = execution.plan
    this.refusal = execution.refusal
    this.rawParams = execution.rawParams
    this.frame = around.frame.branch(this.runtime.now())
    this.frame.deadline = owner.frame.deadline
    const params = input === 'none' ? this.rawParams : around['~params']
    const ctx = new this.plan.Context(this, params)
    if (input !== 'none') ctx['~violation'] = around['~violation']
    if (input === 'all') for (const name of INPUTS) ctx[name] = around[name]
    copy(around, ctx, adds)
    this.ctx = ctx
  }

  get responseHeaders(): ResponseHeaders {
    return (this.laid ??= new LaidHeaders())
  }

  readBody(): Promise<Uint8Array> {
    return this.root.readBody()
  }

  bodyStream(): AsyncIterable<Uint8Array> {
    return this.root.bodyStream()
  }

  /** Only promises wait for its body. */
  awaitBody(): undefined {
    return undefined
  }

  keep(value: unknown): void {
    this.root.keep(value)
  }

  leaveRunning(middleware: string, rest: Promise<unknown>): void {
    this.root.leaveRunning(middleware, rest)
  }

  detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void {
    this.root.detach(label, work, options)
  }

  resolve(target: unknown): unknown {
    this.scope ??= this.runtime.injection.createScope(this.frame)
    return this.scope.resolve(target)
  }

  isRefusal(ended: { readonly error: unknown }): boolean {
    return this.root.isRefusal(ended)
  }
}

/** Runs the rest of a plan once more, in a new branch. */
export function runBranch(
  branch: Branch,
  { owner, transactions }: Surroundings,
  rest: Tail,
): Promise<Outcome> {
  const { signal, abortReason } = owner.frame
  if (signal.aborted) return Promise.reject(abortReason as Error)
  const onAbort = (): void => runInFrame(branch.frame, () => branch.frame.abort(owner.frame.abortReason))
  signal.addEventListener('abort', onAbort, { once: true })
  owner.adopt(branch)
  const outcome = runInFrame(branch.frame, () =>
    runInTransactionsSince(transactions, () => inTime(branch.ctx, rest)),
  )
  outcome.finally(() => signal.removeEventListener('abort', onAbort)).catch(ignore)
  return outcome
}

/** Copies names that were added to one context to another. */
export function copy(from: OperationContext, to: OperationContext, names: readonly string[]): void {
  const source = from as unknown as Readonly<Record<string, unknown>>
  const target = to as unknown as Record<string, unknown>
  for (const name of names) target[name] = source[name]
}

/** Closes the services of runs of the rest; returns a promise if closing takes time. */
export function disposeAll(scopes: readonly (RequestScope | undefined)[]): Promise<void> | undefined {
  const pending = scopes.flatMap((scope) => scope?.dispose() ?? [])
  if (pending.length === 0) return undefined
  return Promise.allSettled(pending).then((results) => {
    const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1)
      throw new InternalError('Services failed to close.', { cause: new AggregateError(errors) })
  })
}

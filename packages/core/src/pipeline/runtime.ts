import type { DescribedError } from '../errors/index.ts'
import type { Frame, TimerWheel } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { RequestSummary } from '../routing/index.ts'
import type { Execution } from './execution.ts'

/** Services that live as long as one request. */
export interface RequestScope {
  resolve(target: unknown): unknown
  /** `undefined` when there is nothing to close. */
  dispose(): Promise<void> | undefined
}

/** Where injected values come from; the pipeline knows no container. */
export interface InjectionSource {
  resolve(target: unknown): unknown
  isRequestScoped(target: unknown): boolean
  /** Opens the scope of one request; its frame can be injected. */
  createScope(frame: Frame): RequestScope
}

/** What all executions of an app share. */
export interface PipelineRuntime {
  readonly log: Logger
  readonly wheel: TimerWheel
  readonly injection: InjectionSource
  /** Monotonic time, ms; the app's clock. */
  readonly now: () => number
  /** Aborted when the app begins to end. */
  readonly draining: AbortSignal
  /** Response header that carries the request id, lower case; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /** The log whose lines carry the fields of a frame. */
  bindLog(frame: Frame): Logger
  /** Whether anybody may want to hear how requests ended; when not, that is not put together. */
  readonly records: boolean
  /** Writes the request's log line and whatever else the app records. */
  observe(execution: Execution, summary: RequestSummary): void
  /** Logs an error that nobody expected, once, as loud as it is. */
  logError(execution: Execution, described: DescribedError): void
  /** The execution is over. */
  leave(execution: Execution): void
}

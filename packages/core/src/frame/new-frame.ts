import type { TraceHeaders } from '@keelson/contract/frame'
import {
  checkCallOptions,
  either,
  GatewayTimeoutError,
  isPromise,
  listOf,
  milliseconds,
  ofKind,
  oneOf,
  optionTable,
  SIGNAL,
} from '../errors/index.ts'
import { currentFrame, runInFrame } from './current.ts'
import { Frame } from './frame.ts'
import type { FrameKey } from './frame-key.ts'
import { newRequestId } from './request-id.ts'
import { spanBelow, type TraceContext } from './trace-context.ts'
import { runOutsideTransaction } from './transaction.ts'

/** Options of {@link runInNewFrame}. */
export interface NewFrameOptions {
  /** Time for the work, ms: when it has passed, the frame's signal aborts. `0` for none. Default: none. */
  readonly deadlineMs?: number | undefined
  /** Aborts the frame's signal with the same reason. Default: the frame outlives the one around it. */
  readonly signal?: AbortSignal | undefined
  /**
   * The trace of the work, which gets a new span: that of a frame, or the headers of a message.
   * Default: that of the frame around it, if there is one. `'new'` starts a trace.
   */
  readonly trace?: TraceContext | TraceHeaders | 'new' | undefined
  /** Slots whose values are copied from the frame around it: `[PRINCIPAL, TENANT]`. Default: none. */
  readonly inherit?: readonly FrameKey<unknown>[] | undefined
}

const NEW_FRAME_OPTIONS = optionTable<NewFrameOptions>({
  deadlineMs: milliseconds('Time for the work.', { isZeroOff: true }),
  signal: ofKind(SIGNAL, 'Aborts the frame.'),
  trace: either(
    ofKind({ what: 'a trace or the headers of one', test: isTrace }, 'The trace of the work.'),
    oneOf(['new'], 'A new trace.'),
  ),
  inherit: listOf(
    ofKind(
      {
        what: 'a key that frameKey() made',
        test: (value) => typeof (value as Partial<FrameKey<unknown>>).name === 'string',
      },
      'Slots that are copied.',
    ),
  ),
})

/**
 * Runs work outside of any request: a job, a script, a refresh of stale data. It has its own frame, with an id,
 * a trace, a deadline and a signal, so that log lines, queries and calls behave as in a request; it runs outside of
 * any transaction, and has no caller unless `inherit` or `frame.set(PRINCIPAL, …)` sets one.
 *
 * At the deadline the frame's signal aborts; work that ignores the signal goes on.
 *
 * @returns what the work returns
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an invalid option; the signal's reason, when it is already aborted
 * @example
 * await runInNewFrame(({ signal }) => fetch('https://rates.test/eur', { signal }), { deadlineMs: 5_000 })
 */
export function runInNewFrame<T>(work: (frame: Frame) => T, options: NewFrameOptions = {}): T {
  checkCallOptions(NEW_FRAME_OPTIONS, options, { name: 'runInNewFrame', below: runInNewFrame })
  options.signal?.throwIfAborted()
  const frame = openFrame(options)
  const release = watch(frame, options)
  // A lazy thenable, which begins when it is awaited, begins here, once.
  const begin = (): T => {
    const result = work(frame)
    return isPromise(result) ? (Promise.resolve(result) as T) : result
  }
  let result: T
  try {
    result = runInFrame(frame, runOutsideTransaction, begin)
  } catch (error) {
    release()
    throw error
  }
  if (result instanceof Promise) result.then(release, release)
  else release()
  return result
}

function openFrame({ trace, inherit = [] }: NewFrameOptions): Frame {
  const frame = new Frame(newRequestId())
  const around = currentFrame()
  if (typeof trace === 'object' && 'traceparent' in trace)
    frame.acceptTrace(trace.traceparent, trace.tracestate)
  else if (trace !== 'new') {
    const continued = trace ?? around?.trace
    if (continued !== undefined) frame.trace = spanBelow(continued)
  }
  for (const key of inherit) frame.set(key, around?.get(key))
  return frame
}

/** Aborts the frame at the deadline and with the signal; returns the function that ends the watch. */
function watch(frame: Frame, { deadlineMs = 0, signal }: NewFrameOptions): () => void {
  // Listeners run in the frame, whatever aborts it.
  const end = (reason: unknown): void => runInFrame(frame, () => frame.abort(reason))
  const onAbort = (): void => end(signal?.reason)
  // Keeps the process alive: nothing else may.
  let timer: NodeJS.Timeout | undefined
  if (deadlineMs > 0) {
    frame.deadline = frame.startedAt + deadlineMs
    const late = (): void =>
      end(
        new GatewayTimeoutError(
          `The work took longer than ${deadlineMs} ms. Raise deadlineMs, or do less in one frame.`,
        ),
      )
    timer = setTimeout(late, deadlineMs)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function isTrace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { traceId, spanId, traceparent } = value as Partial<TraceContext & TraceHeaders>
  return (typeof traceId === 'string' && typeof spanId === 'string') || typeof traceparent === 'string'
}

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
  /** Time for the work, ms: when it is over the frame's signal aborts. `0` for none. Default: none. */
  readonly deadlineMs?: number | undefined
  /** The frame ends with it: its own signal aborts for the same reason. Default: the frame outlives the one around it. */
  readonly signal?: AbortSignal | undefined
  /**
   * The trace that the work is part of, under a span of its own: that of a frame, or the headers that came with a message.
   * Default: that of the frame around it, if there is one. `'new'` for none.
   */
  readonly trace?: TraceContext | TraceHeaders | 'new' | undefined
  /** Slots whose values are taken over from the frame around it: `[PRINCIPAL, TENANT]`. Default: none. */
  readonly inherit?: readonly FrameKey<unknown>[] | undefined
}

const NEW_FRAME_OPTIONS = optionTable<NewFrameOptions>({
  deadlineMs: milliseconds('Time for the work.'),
  signal: ofKind(SIGNAL, 'The frame ends with it.'),
  trace: either(
    ofKind({ what: 'a trace or the headers of one', test: isTrace }, 'The trace that it is part of.'),
    oneOf(['new'], 'A trace of its own.'),
  ),
  inherit: listOf(
    ofKind(
      {
        what: 'a key that frameKey() made',
        test: (value) => typeof (value as Partial<FrameKey<unknown>>).name === 'string',
      },
      'Slots that are taken over.',
    ),
  ),
})

/**
 * Runs work that belongs to no request: a job, a script, a refresh of what is stale. It has a frame of its own, with an id,
 * a trace, a deadline and a signal, so that log lines, queries and calls within it behave as in a request; it runs outside of
 * any transaction, and knows nobody as its caller unless told by `inherit` or by `frame.set(PRINCIPAL, …)`.
 *
 * The deadline tells the work to stop, by the frame's signal; what does not listen goes on.
 *
 * @returns what the work returns
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a wrong option; the signal's reason, where it has aborted before
 * @example
 * await runInNewFrame(({ signal }) => fetch('https://rates.test/eur', { signal }), { deadlineMs: 5_000 })
 */
export function runInNewFrame<T>(work: (frame: Frame) => T, options: NewFrameOptions = {}): T {
  checkCallOptions(NEW_FRAME_OPTIONS, options, { name: 'runInNewFrame', below: runInNewFrame })
  options.signal?.throwIfAborted()
  const frame = openFrame(options)
  const release = watch(frame, options)
  // What is only begun when somebody waits for it begins here, and once.
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

/** Has the frame end in time and with the signal; gives what ends the watch. */
function watch(frame: Frame, { deadlineMs = 0, signal }: NewFrameOptions): () => void {
  // Who listens is within the frame, whatever its end comes from.
  const end = (reason: unknown): void => runInFrame(frame, () => frame.abort(reason))
  const onAbort = (): void => end(signal?.reason)
  // Keeps the process alive, which may have nothing else to wait for.
  let timer: NodeJS.Timeout | undefined
  if (deadlineMs > 0) {
    frame.deadline = frame.startedAt + deadlineMs
    const late = (): void => end(new GatewayTimeoutError(`The work took longer than ${deadlineMs} ms.`))
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

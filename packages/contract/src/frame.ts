// The part of core's frames that the client in Node reads. It needs neither core nor node:async_hooks, so that a program
// without frames loads neither.

/**
 * Copies of the package with the same version line share their state. The major version; below 1.0 also the minor, since
 * there either may break.
 */
export const VERSION_LINE = '0.0'

/** Key on `globalThis` of what the copies of a {@link VERSION_LINE} share, by name. */
export const SHARED: unique symbol = Symbol.for(`keelson.core/${VERSION_LINE}`) as never

/** Name under {@link SHARED} of the storage of frames. */
export const FRAMES = 'frames'

/** The place of a request in its distributed trace (W3C Trace Context, Level 2). */
export interface TraceParts {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  /** Bit 0 sampled, bit 1 random trace id. */
  readonly flags: number
  /** The caller's `tracestate`, checked. */
  readonly state: string | undefined
}

/** What is known of the request that the calling code serves. */
export interface FrameParts {
  /** Request id. */
  readonly id: string
  /** When the work must be done, milliseconds on the clock of `performance.now()`; `undefined` without a deadline. */
  readonly deadline: number | undefined
  /** Aborts when the client goes away or the deadline passes. */
  readonly signal: AbortSignal
  readonly trace: TraceParts
}

interface FrameStorage {
  getStore(): FrameParts | undefined
  run<T>(frame: undefined, work: () => T): T
}

function storage(): FrameStorage | undefined {
  const shared = (globalThis as { [SHARED]?: { readonly [FRAMES]?: FrameStorage } })[SHARED]
  return shared?.[FRAMES]
}

/** The frame that core opened for the calling code; `undefined` outside of a request, and without core. */
export function frameOfCaller(): FrameParts | undefined {
  return storage()?.getStore()
}

/** Runs a function outside of any request, for work that outlives the request that starts it. */
export function runWithoutFrame<T>(work: () => T): T {
  const frames = storage()
  return frames === undefined ? work() : frames.run(undefined, work)
}

/** Headers that pass a trace to the next service. */
export interface TraceHeaders {
  readonly traceparent: string
  readonly tracestate?: string
}

/**
 * The headers for a call to another service: this request's span becomes the parent, `tracestate` is passed on.
 *
 * @param spanId - id of the call, if it is recorded as a span of its own; default: the span of the request
 * @example
 * const frame = currentFrame()
 * if (frame !== undefined) await fetch(url, { headers: { ...toTraceHeaders(frame) } })
 */
export function toTraceHeaders(
  frame: { readonly trace: TraceParts },
  spanId: string = frame.trace.spanId,
): TraceHeaders {
  const { traceId, flags, state } = frame.trace
  const traceparent = `00-${traceId}-${spanId}-0${flags}`
  return state === undefined ? { traceparent } : { traceparent, tracestate: state }
}

// On the request path: one Frame is made for every request, most of its parts only when somebody asks.
import type { FrameKey } from './frame-key.ts'
import { continueTrace, newSpanId, TraceContext } from './trace-context.ts'

/**
 * What is known about the request that is being served: id, trace, deadline, abort signal, and slots for caller, tenant
 * and whatever packages add. It travels with the asynchronous flow, see `currentFrame()`.
 *
 * @example
 * const frame = currentFrame()
 * if (frame !== undefined && frame.remainingMs() > 500) await fetch(url, { signal: frame.signal })
 */
export class Frame {
  /** Request id; what the client quotes and each log line carries. */
  readonly id: string
  /** Milliseconds on the clock of `performance.now()`. */
  readonly startedAt: number
  // What the whole request shares lives in its first frame; frames made by `with` only add slots.
  readonly #root: Frame
  readonly #parent: Frame | undefined
  // Key, value, key, value…: requests hold a handful, and a scan of those beats a Map in time and memory.
  #slots: unknown[] | undefined = undefined
  // Infinity for none keeps the field a plain double.
  #deadline = Infinity
  #bindings: Readonly<Record<string, unknown>> | undefined = undefined
  #isAborted = false
  #abortReason: unknown = undefined
  #controller: AbortController | undefined = undefined
  #traceparent: string | undefined = undefined
  #tracestate: string | undefined = undefined
  #trace: TraceContext | undefined = undefined

  /**
   * @param id - request id, already checked; see `createRequestIdPolicy`
   * @param startedAt - milliseconds of `performance.now()`; default now
   * @param parent - the frame that this one adds slots to; use {@link Frame.with} instead
   */
  constructor(id: string, startedAt: number = performance.now(), parent?: Frame) {
    this.id = id
    this.startedAt = startedAt
    this.#parent = parent
    this.#root = parent === undefined ? this : parent.#root
  }

  /** Whether both belong to one request: one was made from the other by {@link Frame.with}, or both from a third. */
  isOfSameRequest(other: Frame): boolean {
    // One that another copy of this package made has other privates, and is of another request.
    return #root in other && this.#root === other.#root
  }

  /** When the work must be done, milliseconds on the clock of `performance.now()`; undefined for never. */
  get deadline(): number | undefined {
    const deadline = this.#root.#deadline
    return deadline === Infinity ? undefined : deadline
  }

  set deadline(atMs: number | undefined) {
    this.#root.#deadline = atMs ?? Infinity
  }

  /** Milliseconds until the deadline, never negative; `Infinity` without one. */
  remainingMs(now: number = performance.now()): number {
    const left = this.#root.#deadline - now
    return left > 0 ? left : 0
  }

  /** Aborts when the client goes away or the deadline passes. Made when first read, so unread it costs nothing. */
  get signal(): AbortSignal {
    const root = this.#root
    if (root.#controller === undefined) {
      root.#controller = new AbortController()
      if (root.#isAborted) root.#controller.abort(root.#abortReason)
    }
    return root.#controller.signal
  }

  /** Whether {@link Frame.abort} was called. Cheaper than `signal.aborted`. */
  get isAborted(): boolean {
    return this.#root.#isAborted
  }

  /** What the first {@link Frame.abort} was given. */
  get abortReason(): unknown {
    return this.#root.#abortReason
  }

  /**
   * Tells the request's work to stop. Only the first call counts.
   *
   * @param reason - becomes `signal.reason`; default an `AbortError`
   */
  abort(reason?: unknown): void {
    const root = this.#root
    if (root.#isAborted) return
    root.#isAborted = true
    root.#abortReason = reason
    root.#controller?.abort(reason)
  }

  /**
   * Keeps the trace headers of the caller; they are parsed when {@link Frame.trace} is first read. Not calling this
   * starts a new trace, which is the choice for callers that are not trusted (Trace Context §4.3).
   */
  acceptTrace(traceparent: string | undefined, tracestate?: string | undefined): void {
    const root = this.#root
    root.#traceparent = traceparent
    root.#tracestate = tracestate
  }

  /** Where this request stands in its distributed trace; the caller's trace when its headers are valid, else a new one. */
  get trace(): TraceContext {
    const root = this.#root
    return (root.#trace ??= continueTrace(root.#traceparent, root.#tracestate))
  }

  /** Replaces the trace, for instrumentation that makes its own ids or decides on sampling. */
  set trace(trace: TraceContext) {
    this.#root.#trace = trace
  }

  /** Fields that the log adds to every line of this request. Shared between requests, so never changed in place. */
  get bindings(): Readonly<Record<string, unknown>> | undefined {
    return this.#root.#bindings
  }

  set bindings(bindings: Readonly<Record<string, unknown>> | undefined) {
    this.#root.#bindings = bindings
  }

  /** The value of a slot, or undefined. */
  get<T>(key: FrameKey<T>): T | undefined {
    let frame: Frame | undefined = this
    while (frame !== undefined) {
      const slots: unknown[] | undefined = frame.#slots
      const at = slots === undefined ? -1 : indexOfKey(slots, key)
      if (at !== -1) return slots?.[at + 1] as T | undefined
      frame = frame.#parent
    }
    return undefined
  }

  /**
   * Sets a slot for the whole request, or for the branch that {@link Frame.with} opened for this key.
   * `undefined` empties it.
   */
  set<T>(key: FrameKey<T>, value: T | undefined): void {
    let frame: Frame = this
    while (
      frame.#parent !== undefined &&
      (frame.#slots === undefined || indexOfKey(frame.#slots, key) === -1)
    ) {
      frame = frame.#parent
    }
    frame.#setOwn(key, value)
  }

  /**
   * A frame of the same request in which one slot has another value. Run code in it with `runInFrame`: what runs
   * outside keeps the old value, so two transactions of one request can run side by side.
   */
  with<T>(key: FrameKey<T>, value: T | undefined): Frame {
    const child = new Frame(this.id, this.startedAt, this)
    child.#setOwn(key, value)
    return child
  }

  /**
   * A frame for work that outlives this one or stands beside it: of the same id and caller, in the same trace under a span of
   * its own, with what the slots hold now. What is set there stays there, and it ends by itself.
   */
  branch(startedAt: number): Frame {
    const frame = new Frame(this.id, startedAt)
    let from: Frame | undefined = this
    while (from !== undefined) {
      const slots: readonly unknown[] = from.#slots ?? []
      for (let at = 0; at < slots.length; at += 2) {
        const key = slots[at] as FrameKey<unknown>
        if (frame.#slots === undefined || indexOfKey(frame.#slots, key) === -1)
          frame.#setOwn(key, slots[at + 1])
      }
      from = from.#parent
    }
    const { traceId, spanId, flags, state } = this.trace
    frame.#trace = new TraceContext(traceId, newSpanId(), spanId, flags, state)
    frame.#bindings = this.#root.#bindings
    return frame
  }

  #setOwn(key: FrameKey<unknown>, value: unknown): void {
    if (this.#slots === undefined) {
      this.#slots = [key, value]
      return
    }
    const at = indexOfKey(this.#slots, key)
    if (at === -1) this.#slots.push(key, value)
    else this.#slots[at + 1] = value
  }
}

function indexOfKey(slots: readonly unknown[], key: unknown): number {
  for (let at = 0; at < slots.length; at += 2) if (slots[at] === key) return at
  return -1
}

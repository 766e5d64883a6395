// On the request path: one Frame is made for every request, most of its parts only when they are read.
import type { FrameKey } from './frame-key.ts'
import { continueTrace, spanBelow, type TraceContext } from './trace-context.ts'

/**
 * What is known about the current request: id, trace, deadline, abort signal, and slots for caller, tenant
 * and what packages add. It follows the asynchronous flow, see `currentFrame()`.
 *
 * @example
 * const frame = currentFrame()
 * if (frame !== undefined && frame.remainingMs() > 500) await fetch(url, { signal: frame.signal })
 */
export class Frame {
  /** Request id, in the response and in each log line. */
  readonly id: string
  /** Milliseconds on the clock of `performance.now()`. */
  readonly startedAt: number
  // The state of the whole request is in its first frame; frames made by `with` only add slots.
  readonly #root: Frame
  readonly #parent: Frame | undefined
  // Key, value, key, value…: a request has a few, and scanning them beats a Map in time and memory.
  #slots: unknown[] | undefined = undefined
  // Infinity for none keeps the field a plain double.
  #deadline = Infinity
  #bindings: Readonly<Record<string, unknown>> | undefined = undefined
  #isAborted = false
  #abortReason: unknown = undefined
  #controller: AbortController | undefined = undefined
  #abortListeners: Set<() => void> | undefined = undefined
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

  /** Whether both are of one request: one was made from the other by {@link Frame.with}, or both from a third. */
  isOfSameRequest(other: Frame): boolean {
    // A frame of another copy of this package has other private fields, and is of another request.
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

  /** Aborts when the client goes away or the deadline passes. Made at the first read. */
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

  /** The reason of the first {@link Frame.abort}. */
  get abortReason(): unknown {
    return this.#root.#abortReason
  }

  /**
   * Aborts the signal of the request. Only the first call counts.
   *
   * @param reason - becomes `signal.reason`; default an `AbortError`
   */
  abort(reason?: unknown): void {
    const root = this.#root
    if (root.#isAborted) return
    root.#isAborted = true
    root.#abortReason = reason
    root.#controller?.abort(reason)
    const listeners = root.#abortListeners
    root.#abortListeners = undefined
    if (listeners !== undefined) for (const listener of listeners) listener()
  }

  /**
   * Calls a function, which does not throw, when the frame is aborted; at once where it was. For what runs in each request: a listener of
   * {@link Frame.signal} costs several times as much.
   */
  addAbortListener(listener: () => void): void {
    const root = this.#root
    if (root.#isAborted) listener()
    else (root.#abortListeners ??= new Set()).add(listener)
  }

  /** Ends {@link Frame.addAbortListener}. */
  removeAbortListener(listener: () => void): void {
    this.#root.#abortListeners?.delete(listener)
  }

  /**
   * Keeps the trace headers of the caller; they are parsed when {@link Frame.trace} is first read. Without this
   * call a new trace starts, as for callers that are not trusted (Trace Context §4.3).
   */
  acceptTrace(traceparent: string | undefined, tracestate?: string | undefined): void {
    const root = this.#root
    root.#traceparent = traceparent
    root.#tracestate = tracestate
  }

  /** The position of this request in its distributed trace: the caller's trace when its headers are valid, otherwise a new one. */
  get trace(): TraceContext {
    const root = this.#root
    return (root.#trace ??= continueTrace(root.#traceparent, root.#tracestate))
  }

  /** Replaces the trace, for instrumentation that makes its own ids or decides about sampling. */
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
   * A frame of the same request in which one slot has another value. Run code in it with `runInFrame`: code
   * outside sees the old value, so two transactions of one request can run side by side.
   */
  with<T>(key: FrameKey<T>, value: T | undefined): Frame {
    const child = new Frame(this.id, this.startedAt, this)
    child.#setOwn(key, value)
    return child
  }

  /**
   * A frame for work that outlives this one or runs beside it: with the same id and caller, in the same trace with a new
   * span, and with the current values of the slots. Later changes stay in each, and so does an abort.
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
    frame.#trace = spanBelow(this.trace)
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

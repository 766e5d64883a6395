// On the request path: read for each request that is logged or calls another service.
import { randomFillSync } from 'node:crypto'
import { tryParseTracestate } from './tracestate.ts'

const SAMPLED = 0x01
const RANDOM = 0x02
// Other flags are ignored when read and zero when written (§3.2.2.5.3).
const KNOWN_FLAGS = SAMPLED | RANDOM

/** The position of a request in its distributed trace (W3C Trace Context, Level 2). Immutable. */
export class TraceContext {
  /** 32 lower-case hex digits, the same in every service that the trace passes. */
  readonly traceId: string
  /** 16 lower-case hex digits, the id of this request. */
  readonly spanId: string
  /** The span of the caller; undefined when the trace starts here. */
  readonly parentSpanId: string | undefined
  /** Bit 0 sampled, bit 1 random trace id; all others are zero (§3.2.2.5). */
  readonly flags: number
  /** The vendors' list of the caller, checked; undefined when there is none. */
  readonly state: string | undefined

  // oxlint-disable-next-line max-params -- made per request: an options object would cost
  constructor(
    traceId: string,
    spanId: string,
    parentSpanId: string | undefined,
    flags: number,
    state: string | undefined,
  ) {
    this.traceId = traceId
    this.spanId = spanId
    this.parentSpanId = parentSpanId
    this.flags = flags
    this.state = state
  }

  /** Whether the caller may have recorded its part. */
  get isSampled(): boolean {
    return (this.flags & SAMPLED) !== 0
  }

  /** Whether at least the last seven bytes of the trace id are random. */
  get isRandom(): boolean {
    return (this.flags & RANDOM) !== 0
  }
}

/**
 * Starts a trace with random ids.
 *
 * @param isSampled - whether this service records it; default false, as §3.2.2.5.1 asks without a decision
 */
export function startTrace(isSampled = false): TraceContext {
  // Both ids by one call into native code.
  const hex = randomHex(24)
  const flags = isSampled ? SAMPLED | RANDOM : RANDOM
  return new TraceContext(hex.slice(0, 32), hex.slice(32), undefined, flags, undefined)
}

/**
 * Continues the caller's trace under a new span id; starts a new trace when `traceparent` is missing or invalid.
 * Of an invalid `tracestate` only that is dropped (§3.3).
 */
export function continueTrace(
  traceparent: string | undefined,
  tracestate?: string | undefined,
): TraceContext {
  const flags = traceparent === undefined ? -1 : readTraceparent(traceparent)
  if (traceparent === undefined || flags === -1) return startTrace()
  const state = tracestate === undefined ? undefined : tryParseTracestate(tracestate)
  return new TraceContext(traceparent.slice(3, 35), newSpanId(), traceparent.slice(36, 52), flags, state)
}

/** A new span within another, of the same trace. */
export function spanBelow({ traceId, spanId, flags, state }: TraceContext): TraceContext {
  return new TraceContext(traceId, newSpanId(), spanId, flags, state)
}

/** A random span id, 16 lower-case hex digits. */
export function newSpanId(): string {
  return randomHex(8)
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/
const TRACEPARENT_LENGTH = 55

/** The known flags of a valid header, or -1. */
function readTraceparent(value: string): number {
  if (value.length < TRACEPARENT_LENGTH || !TRACEPARENT.test(value)) return -1
  const version = value.slice(0, 2)
  // Version ff is forbidden; 00 has nothing after its flags, and later versions may (§3.2.4).
  if (version === 'ff' || (version === '00' && value.length !== TRACEPARENT_LENGTH)) return -1
  return Number.parseInt(value.slice(53, 55), 16) & KNOWN_FLAGS
}

const pool = Buffer.allocUnsafeSlow(8192)
let poolAt = pool.length

// An all-zero id would be invalid; at 64 random bits it is not expected.
function randomHex(bytes: number): string {
  if (poolAt + bytes > pool.length) {
    randomFillSync(pool)
    poolAt = 0
  }
  return pool.toString('hex', poolAt, (poolAt += bytes))
}

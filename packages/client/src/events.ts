import { ClientError, clientError } from './client-error.ts'
import { EventParser, type ServerSentEvent } from './event-parser.ts'
import { sleep as wait, type Sleep } from './sleep.ts'
import {
  openStream,
  type StreamArgs,
  type StreamCall,
  type StreamOptions,
  type StreamSource,
} from './stream.ts'

/** Options of {@link parseEvents}. */
export interface ParseEventsOptions {
  /** Longest event, characters; default 1_048_576. */
  readonly maxEventLength?: number | undefined
}

/** Options of {@link events}. */
export interface EventsOptions extends StreamOptions, ParseEventsOptions {
  /**
   * Calls again when the stream ends or breaks, with `last-event-id`, until a response 204, an error of the server, or
   * the caller stops. Default `false`.
   */
  readonly reconnect?: boolean | undefined
  /** Where to go on: the `lastEventId` of the last event seen. */
  readonly lastEventId?: string | undefined
  /** Wait before calling again, ms, unless the server sends `retry`; doubles with each failure in a row. Default 1_000. */
  readonly reconnectDelayMs?: number | undefined
  /** Longest wait, ms; default 30_000. */
  readonly maxReconnectDelayMs?: number | undefined
  /** How often in a row a connection may fail; default 10. */
  readonly maxFailures?: number | undefined
  /** Default: a timer. `clock.sleep` of a `Clock` fits. */
  readonly sleep?: Sleep | undefined
}

/**
 * Calls a route that answers `text/event-stream`, and gives its events as they come. Nothing is sent before the first
 * is asked for; leaving the loop closes the connection.
 *
 * @throws {ClientError} like the call; `ERR_CLIENT_ANSWER` for a response of another type; `ERR_CLIENT_TIMEOUT`
 *   after a silence of `idleTimeoutMs`
 * @see HTML standard, §9.2 Server-sent events
 * @example
 * for await (const event of events(shop.orders.watch, { params: { id } }, { reconnect: true })) {
 *   console.log(event.type, JSON.parse(event.data))
 * }
 */
export async function* events<TCall extends StreamCall>(
  call: TCall,
  ...args: StreamArgs<TCall, EventsOptions>
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const [input, options = {}] = args as [input?: unknown, options?: EventsOptions]
  const state = toState(options)
  for (;;) {
    try {
      yield* readOnce({ call, input, options, contentType: /^text\/event-stream\b/i }, options, state)
      if (state.isOver) return
    } catch (error) {
      // "No content" tells a client to stop reconnecting (HTML, §9.2.3), declared or not.
      if (ClientError.is(error) && error.status === 204) return
      if (!isLost(error) || !mayFail(state, options)) throw error
    }
    await pause(state, options)
  }
}

/**
 * Parses a body of server-sent events.
 *
 * @throws {ClientError} `ERR_CLIENT_ANSWER` for an event that is too long
 * @example
 * const response = await fetch('/events')
 * if (response.body) for await (const event of parseEvents(response.body)) console.log(event.data)
 */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  yield* parseWith(new EventParser(''), chunks, options)
}

/** What is kept from one connection to the next. */
interface StreamState {
  lastEventId: string
  delayMs: number
  /** How often in a row a connection failed. */
  failures: number
  isOver: boolean
}

async function* readOnce(
  source: StreamSource,
  options: EventsOptions,
  state: StreamState,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const parser = new EventParser(state.lastEventId)
  const headers: Record<string, string> = { accept: 'text/event-stream', ...options.headers }
  if (state.lastEventId !== '') headers['last-event-id'] = toByteString(state.lastEventId)
  const onOpen = (hasBody: boolean): void => {
    state.failures = 0
    if (!hasBody) state.isOver = true
  }
  try {
    yield* parseWith(parser, openStream({ ...source, options: { ...options, headers } }, onOpen), options)
  } finally {
    state.lastEventId = parser.lastEventId
    state.delayMs = parser.retryMs ?? state.delayMs
  }
}

async function* parseWith(
  parser: EventParser,
  chunks: AsyncIterable<Uint8Array>,
  { maxEventLength = 1_048_576 }: ParseEventsOptions,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  // Removes a byte order mark, as the standard requires.
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    yield* parser.feed(decoder.decode(chunk, { stream: true }))
    if (parser.pending > maxEventLength) {
      throw clientError('ANSWER', {
        detail: `an event has more than maxEventLength, ${maxEventLength} characters.`,
      })
    }
  }
}

function toState({ reconnect, lastEventId, reconnectDelayMs }: EventsOptions): StreamState {
  return {
    lastEventId: lastEventId ?? '',
    delayMs: reconnectDelayMs ?? 1_000,
    failures: 0,
    isOver: !reconnect,
  }
}

/** Counts a failure, and says whether another attempt may follow. */
function mayFail(state: StreamState, { reconnect = false, maxFailures = 10 }: EventsOptions): boolean {
  state.failures += 1
  return reconnect && state.failures <= maxFailures
}

function isLost(error: unknown): boolean {
  return (
    ClientError.is(error) &&
    !error.isFromServer &&
    (error.code === 'ERR_CLIENT_NETWORK' || error.code === 'ERR_CLIENT_TIMEOUT')
  )
}

function pause({ delayMs, failures }: StreamState, options: EventsOptions): Promise<void> {
  const { maxReconnectDelayMs = 30_000, sleep = wait, signal = new AbortController().signal } = options
  return sleep(Math.min(delayMs * 2 ** Math.max(0, failures - 1), maxReconnectDelayMs), signal)
}

/** UTF-8 in the characters of a header, as browsers send it. */
function toByteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}

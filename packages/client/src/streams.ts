// The functions of fetch-streams.ts with strictly checked arguments, for Node.
import {
  callable,
  describeValue,
  flag,
  integer,
  milliseconds,
  ofKind,
  optionTable,
  placeOf,
  text,
  type OptionPlace,
  type OptionTable,
} from '@keelson/contract/options'
import { CALL_OPTIONS } from './call-options.ts'
import { checkClientArgument, checkClientOptions, refuseOptions } from './check-options.ts'
import {
  events as followEvents,
  lines as followLines,
  parseEvents as readEvents,
  parseLines as readLines,
  type EventsOptions,
  type LinesOptions,
  type ParseEventsOptions,
  type ParseLinesOptions,
  type ServerSentEvent,
  type StreamArgs,
  type StreamCall,
  type StreamOptions,
} from './fetch-streams.ts'

export type {
  EventsOptions,
  LinesOptions,
  ParseEventsOptions,
  ParseLinesOptions,
  ServerSentEvent,
  StreamArgs,
  StreamCall,
  StreamOptions,
} from './fetch-streams.ts'

const STREAM_OPTIONS = optionTable<StreamOptions>({
  ...CALL_OPTIONS.properties,
  idleTimeoutMs: milliseconds('Longest silence.', { default: 120_000, isZeroOff: true }),
})

const PARSE_EVENTS_OPTIONS = optionTable<ParseEventsOptions>({
  maxEventLength: integer('Longest event, characters.', { minimum: 1, default: 1_048_576 }),
})

const EVENTS_OPTIONS = optionTable<EventsOptions>({
  ...STREAM_OPTIONS.properties,
  ...PARSE_EVENTS_OPTIONS.properties,
  reconnect: flag('Whether it calls again when the stream ends.', { default: false }),
  lastEventId: text('Where to go on.'),
  reconnectDelayMs: milliseconds('Wait before calling again.', { default: 1_000 }),
  maxReconnectDelayMs: milliseconds('Longest wait.', { default: 30_000 }),
  maxFailures: integer('How often in a row nothing may answer.', { default: 10 }),
  sleep: callable('Waits.'),
})

const PARSE_LINES_OPTIONS = optionTable<ParseLinesOptions>({
  maxLineLength: integer('Longest line, characters.', { minimum: 1, default: 1_048_576 }),
  parse: callable('Checks each value.'),
})

const LINES_OPTIONS = optionTable<LinesOptions>({
  ...STREAM_OPTIONS.properties,
  ...PARSE_LINES_OPTIONS.properties,
})

const BODY = ofKind(
  {
    what: 'an async iterable of bytes',
    test: (value) => Symbol.asyncIterator in (value as object),
    remedy: (value) => (value instanceof Response ? 'Give its body.' : undefined),
  },
  'What is read.',
)

/** @throws {ClientError} `ERR_CLIENT_OPTION` */
function checkCall<T>(call: unknown, table: OptionTable<T>, [options, place]: [unknown, OptionPlace]): void {
  if (typeof call !== 'function') {
    const message = `The first argument must be the function of a route, not ${describeValue(call)}.`
    const remedy = `Write ${place.name}(shop.orders.watch, input), without calling it.`
    refuseOptions([{ message, remedy, place: placeOf(place.name, place.below) }])
  }
  if (options !== undefined) checkClientOptions(table, options, place)
}

/** @throws {ClientError} `ERR_CLIENT_OPTION` */
function checkBody<T>(
  chunks: unknown,
  table: OptionTable<T>,
  [options, place]: [unknown, OptionPlace],
): void {
  checkClientArgument(BODY, chunks, { ...place, argument: 'The body' })
  checkClientOptions(table, options, place)
}

/**
 * Calls a route that answers `text/event-stream`, and gives its events as they come. Nothing is sent before the first
 * is asked for; leaving the loop closes the connection.
 *
 * @throws {ClientError} like the call; `ERR_CLIENT_ANSWER` for a response of another type; `ERR_CLIENT_TIMEOUT`
 *   after a silence of `idleTimeoutMs`; `ERR_CLIENT_OPTION`, at once, for options that do not exist or values of another kind
 * @see HTML standard, §9.2 Server-sent events
 * @example
 * for await (const event of events(shop.orders.watch, { params: { id } }, { reconnect: true })) {
 *   console.log(event.type, JSON.parse(event.data))
 * }
 */
export function events<TCall extends StreamCall>(
  call: TCall,
  ...args: StreamArgs<TCall, EventsOptions>
): AsyncGenerator<ServerSentEvent, void, undefined> {
  checkCall(call, EVENTS_OPTIONS, [args[1], { name: 'events', below: events }])
  return followEvents(call, ...args)
}

/**
 * Parses a body of server-sent events.
 *
 * @throws {ClientError} `ERR_CLIENT_ANSWER` for an event that is too long; `ERR_CLIENT_OPTION`, at once, for
 *   options that do not exist or values of another kind
 * @example
 * const response = await fetch('/events')
 * if (response.body) for await (const event of parseEvents(response.body)) console.log(event.data)
 */
export function parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  checkBody(chunks, PARSE_EVENTS_OPTIONS, [options, { name: 'parseEvents', below: parseEvents }])
  return readEvents(chunks, options)
}

/**
 * Calls a route that answers lines of JSON (`application/x-ndjson`, `application/jsonl`), and gives their values as
 * they come. Nothing is sent before the first is asked for; leaving the loop closes the connection.
 *
 * @throws {ClientError} like the call; `ERR_CLIENT_ANSWER` for a response of another type or a malformed line;
 *   `ERR_CLIENT_TIMEOUT` after a silence of `idleTimeoutMs`; `ERR_CLIENT_OPTION`, at once, for options that do not exist or
 *   values of another kind
 * @example
 * for await (const order of lines(shop.orders.export)) console.log(order)
 */
export function lines<TCall extends StreamCall, T = unknown>(
  call: TCall,
  ...args: StreamArgs<TCall, LinesOptions<T>>
): AsyncGenerator<T, void, undefined> {
  checkCall(call, LINES_OPTIONS, [args[1], { name: 'lines', below: lines }])
  return followLines<TCall, T>(call, ...args)
}

/**
 * Parses a body of JSON lines. Empty lines are skipped; the last one may lack its line feed.
 *
 * @throws {ClientError} `ERR_CLIENT_ANSWER` for a line that is not JSON, or too long; `ERR_CLIENT_OPTION`, at
 *   once, for options that do not exist or values of another kind
 * @example
 * const response = await fetch('/export')
 * if (response.body) for await (const value of parseLines(response.body)) console.log(value)
 */
export function parseLines<T = unknown>(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseLinesOptions<T> = {},
): AsyncGenerator<T, void, undefined> {
  checkBody(chunks, PARSE_LINES_OPTIONS, [options, { name: 'parseLines', below: parseLines }])
  return readLines(chunks, options)
}

// The build for browsers, where options are checked by the compiler alone.
export type { ServerSentEvent } from './event-parser.ts'
export { events, parseEvents, type EventsOptions, type ParseEventsOptions } from './events.ts'
export { lines, parseLines, type LinesOptions, type ParseLinesOptions } from './lines.ts'
export type { StreamArgs, StreamCall, StreamOptions } from './stream.ts'

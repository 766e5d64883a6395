import type { Readable } from 'node:stream'
import { essenceOf, isMediaType, type SetupProblem, toCallError } from '../errors/index.ts'
import type { StandardSchemaV1 } from '../schema/index.ts'

/** What a handler may give where its route declares {@link content}: sent as it comes, a text in UTF-8. */
export type ContentBody =
  | string
  | ArrayBufferView
  | ArrayBuffer
  | Blob
  | Readable
  | ReadableStream
  | AsyncIterable<string | Uint8Array>
  | Response

type TextType =
  | `text/${string}`
  | `${string}charset=${string}`
  | `${string}${'/' | '+'}${'xml' | 'yaml' | 'javascript'}${string}`
type StreamType = `text/event-stream${string}` | `application/${'x-' | ''}${'ndjson' | 'jsonl'}${string}`

/** What a client makes of a media type: chunks of what goes on, a text, whatever JSON holds, bytes. */
export type ContentReceived<TType extends string> = string extends TType
  ? unknown
  : TType extends StreamType
    ? AsyncIterable<Uint8Array>
    : TType extends TextType
      ? string
      : TType extends `${string}${'/' | '+'}json${string}`
        ? unknown
        : Uint8Array

/** A response that is not JSON by a schema, made by {@link content}. `TReceived` is what a client gets. */
export interface Content<TReceived = unknown> extends StandardSchemaV1<ContentBody, TReceived> {
  /** As they were written; the first is the one of answers that say none themselves. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** Of {@link mediaTypes} without parameters, in lower case. */
  readonly essences: readonly string[]
}

const kContent = Symbol.for('keelson.content')

/**
 * Declares a response by its media type instead of a schema: CSV, a picture, a stream of events. The handler gives text,
 * bytes, a stream or a `Response`, and it is sent as it comes.
 *
 * Of several media types the first is sent with answers that have no `content-type` of their own; one that is not
 * declared is a 500. A request that accepts none of them is a 406. In the client `text/*` and XML are a string, event
 * streams and lines of JSON what `@keelson/client/streams` takes, everything else bytes.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a media type (RFC 9110 §8.3.1), such as the range `image/*`
 * @example
 * const list = route.get('/orders.csv', { access: 'public', response: content('text/csv') }, () => 'id,total\n7,12.5\n')
 */
export function content<const TType extends string>(
  first: TType,
  ...others: readonly TType[]
): Content<ContentReceived<TType>> {
  const mediaTypes = [first, ...others] as const
  const problems = mediaTypes.flatMap(problemOf)
  if (problems.length > 0) throw toCallError('content', problems)
  return Object.freeze({
    [kContent]: true,
    '~standard': Object.freeze({
      version: 1 as const,
      vendor: 'keelson',
      validate: (value: unknown) => ({ value: value as ContentReceived<TType> }),
    }),
    mediaTypes: Object.freeze(mediaTypes),
    essences: Object.freeze(mediaTypes.map(essenceOf)),
  })
}

function problemOf(type: string): SetupProblem[] {
  const isText = typeof type === 'string'
  if (isText && isMediaType(type)) return []
  return [
    {
      code: 'ERR_CORE_OPTION',
      place: isText ? `content('${type}')` : 'content(…)',
      message: isText ? 'It is not a media type.' : 'Its argument must be a media type as a text.',
      remedy: "Write type and subtype, content('text/csv'); several as several arguments.",
    },
  ]
}

/** Whether a response was made by {@link content}, by whichever copy of the package. */
export function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && (value as { [kContent]?: unknown })[kContent] === true
}

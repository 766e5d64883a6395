import { clientError, textOf } from './client-error.ts'
import { openStream, type StreamArgs, type StreamCall, type StreamOptions } from './stream.ts'

/** Options of {@link parseLines}. */
export interface ParseLinesOptions<T = unknown> {
  /** Longest line, characters; default 1_048_576. */
  readonly maxLineLength?: number | undefined
  /** Checks each value and gives it its type; what it throws ends the stream. */
  readonly parse?: ((value: unknown) => T) | undefined
}

/** Options of {@link lines}. */
export interface LinesOptions<T = unknown> extends StreamOptions, ParseLinesOptions<T> {}

/**
 * Calls a route that answers lines of JSON (`application/x-ndjson`, `application/jsonl`), and gives their values as
 * they come. Nothing is sent before the first is asked for; leaving the loop closes the connection.
 *
 * @throws {ClientError} like the call; `ERR_CLIENT_ANSWER` for a response of another type or a malformed line;
 *   `ERR_CLIENT_TIMEOUT` after a silence of `idleTimeoutMs`
 * @example
 * for await (const order of lines(shop.orders.export)) console.log(order)
 */
export async function* lines<TCall extends StreamCall, T = unknown>(
  call: TCall,
  ...args: StreamArgs<TCall, LinesOptions<T>>
): AsyncGenerator<T, void, undefined> {
  const [input, options = {}] = args as [input?: unknown, options?: LinesOptions<T>]
  const headers = { accept: 'application/x-ndjson, application/jsonl', ...options.headers }
  const contentType = /^application\/(x-)?(ndjson|jsonl)\b/i
  yield* parseLines(openStream({ call, input, options: { ...options, headers }, contentType }), options)
}

/**
 * Parses a body of JSON lines. Empty lines are skipped; the last one may lack its line feed.
 *
 * @throws {ClientError} `ERR_CLIENT_ANSWER` for a line that is not JSON, or too long
 * @example
 * const response = await fetch('/export')
 * if (response.body) for await (const value of parseLines(response.body)) console.log(value)
 */
export async function* parseLines<T = unknown>(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseLinesOptions<T> = {},
): AsyncGenerator<T, void, undefined> {
  const { maxLineLength = 1_048_576, parse = (value) => value as T } = options
  const decoder = new TextDecoder()
  let line = ''
  let count = 0
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    const rest = pieces.pop() as string
    for (const piece of pieces) {
      const text = line + piece
      line = ''
      count += 1
      if (text.trim() !== '') yield parse(toValue(text, count))
    }
    line += rest
    if (line.length > maxLineLength) {
      throw clientError('ANSWER', {
        detail: `line ${count + 1} is longer than maxLineLength, ${maxLineLength} characters.`,
      })
    }
  }
  line += decoder.decode()
  if (line.trim() !== '') yield parse(toValue(line, count + 1))
}

function toValue(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw clientError('ANSWER', { detail: `line ${line} is not JSON: ${textOf(cause)}`, cause })
  }
}

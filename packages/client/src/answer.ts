import type { ReadError } from '@keelson/contract'
import { isJson, readProblem } from '@keelson/contract'
import { ClientError, clientError, transportError } from './client-error.ts'
import type { Deadline } from './deadline.ts'
import type { ManifestRoute } from '@keelson/contract'
import type { ClientResponse, ResponseHeaders } from './transport.ts'

/** Reads the server's errors; an `ErrorFormat` of the server fits. */
export interface ErrorReader {
  /** @returns `undefined` when the body is not an error of this format; one for which it throws is not, either */
  readonly read: (body: unknown, status: number) => ReadError | undefined
  /** Set when errors may have a success status; bodies with one are then read as errors first. */
  readonly status?: unknown
  /** Media type of errors: of a declared status from 300 on, only such bodies are read as errors; without it, all. */
  readonly mediaType?: string
}

/** The body of a response that arrives in parts: server-sent events, lines of JSON. It can be read once. */
export interface ResponseStream extends AsyncIterable<Uint8Array> {
  /** The header `content-type` as the server sent it. */
  readonly contentType: string
  /** Closes a stream that is not read. */
  discard(): void
}

/** What {@link readAnswer} needs. */
export interface AnswerContext {
  readonly route: ManifestRoute
  readonly errorFormat: ErrorReader
  readonly maxResponseBytes: number
  readonly deadline: Deadline
}

/** A response that the route declares. */
export interface DeclaredAnswer {
  /** Whether it is a success. */
  readonly ok: boolean
  readonly status: number
  readonly data: unknown
  readonly headers: ResponseHeaders
}

/** Reads a problem document with a `code` (RFC 9457); members of the wrong type are ignored (§3.1). */
export const problemReader: ErrorReader = {
  mediaType: 'application/problem+json',
  read: readProblem,
}

/** A response whose status and headers were read. */
interface Answer extends AnswerContext {
  readonly response: ClientResponse
  /** Operation id. */
  readonly name: string
  readonly status: number
  readonly headers: ResponseHeaders
  /** Its content type; `''` for none. */
  readonly type: string
  /** Media types that its status is declared with. */
  readonly types: string | undefined
  readonly ok: boolean
  /** Whether it never has a body. */
  readonly isBare: boolean
}

/**
 * Reads a response to its end, unless it is a stream.
 *
 * @throws {ClientError} with the server's code, or `ERR_CLIENT_ANSWER`
 */
export async function readAnswer(response: ClientResponse, context: AnswerContext): Promise<DeclaredAnswer> {
  const { status, headers } = response
  const { route } = context
  const { name } = route
  // RFC 9110 §6.4.1: these have no body, whatever the headers say.
  const isBare = /HEAD|[23]04/.test(route.method + status)
  const type = isBare ? '' : '' + (headers['content-type'] ?? '')
  const types = route.typesOf(status)
  const ok = types !== undefined && status < 300
  const answer: Answer = { ...context, response, name, status, headers, type, types, ok, isBare }
  if (ok && STREAM_TYPE.test(type) && isDeclared(answer, type))
    return { ok, status, data: toStream(answer), headers }
  const data = await readBody(answer)
  const [wire, cause] = readError(answer, data)
  if (wire) throw new ClientError({ status, ...wire, name, headers, isFromServer: true })
  if (isDeclared(answer, data)) return { ok, status, data, headers }
  const detail = `status ${status || '0 (redirect)'} with ${data === undefined ? 'no body' : `'${type}'`} is not declared.`
  throw clientError('ANSWER', { ...answer, detail, details: data, cause })
}

/** The error of a body that may be one, or why the format cannot take it: it is of something else, a proxy, say. */
function readError(
  { status, type, types, errorFormat }: Answer,
  data: unknown,
): readonly [wire?: ReadError | undefined, cause?: unknown] {
  try {
    if (
      types === undefined ||
      (status < 300 ? errorFormat.status : type.startsWith(errorFormat.mediaType ?? ''))
    )
      return [errorFormat.read(data, status)]
    return []
  } catch (cause) {
    return [undefined, cause]
  }
}

/** A body of an undeclared type is the page of a proxy, or comes from another server than is meant. */
function isDeclared({ type, types, isBare }: Answer, data: unknown): boolean {
  if (types === undefined || types === '*' || isBare) return types !== undefined
  const names = types.split(':')
  if (data === undefined) return names.includes('-')
  return names[0] ? names.includes(type.toLowerCase().replace(/\s*;.*/, '')) : isJson(type)
}

const STREAM_TYPE = /^(text\/event-stream|application\/(x-)?(ndjson|jsonl))\b/i
const TEXT_TYPE = /^$|^text\/|charset=|[/+](xml|yaml|javascript|x-www-form-urlencoded)\b/i
const decoder = new TextDecoder()

function toStream(answer: Answer): ResponseStream {
  const { response, type, deadline } = answer
  // From here on only the caller's signal ends it.
  deadline.keep()
  return {
    contentType: type,
    [Symbol.asyncIterator]: () => follow(answer),
    discard() {
      response.discard?.()
      deadline.release()
    },
  }
}

async function* follow({ response, name, deadline }: Answer): AsyncGenerator<Uint8Array> {
  const { body } = response
  try {
    if (typeof body === 'string') yield new TextEncoder().encode(body)
    else if (body instanceof Uint8Array) yield body
    else if (body) yield* body
  } catch (cause) {
    throw transportError(name, deadline.signal, cause)
  } finally {
    deadline.release()
  }
}

async function readBody(answer: Answer): Promise<unknown> {
  if (answer.isBare) {
    answer.response.discard?.()
    return undefined
  }
  const bytes = await readBytes(answer)
  try {
    return parse(bytes, answer.type)
  } catch (cause) {
    // An error response stays one when its body is malformed.
    if (answer.ok) throw clientError('ANSWER', { ...answer, detail: 'the body is not JSON.', cause })
    return undefined
  }
}

async function readBytes(answer: Answer): Promise<Uint8Array> {
  const { maxResponseBytes } = answer
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of follow(answer)) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxResponseBytes) {
      const detail = `the body is larger than maxResponseBytes, ${maxResponseBytes}.`
      throw clientError('ANSWER', { ...answer, detail })
    }
  }
  const bytes = new Uint8Array(length)
  length = 0
  for (const chunk of chunks) {
    bytes.set(chunk, length)
    length += chunk.length
  }
  return bytes
}

/** JSON, text or bytes by media type; `undefined` for no body. */
function parse(bytes: Uint8Array, type: string): unknown {
  const asJson = isJson(type)
  if (!asJson && !TEXT_TYPE.test(type)) return bytes
  const text = decoder.decode(bytes)
  // Without a content type, too, an empty body counts as none.
  if (!text && (asJson || !type)) return undefined
  return asJson ? JSON.parse(text) : text
}

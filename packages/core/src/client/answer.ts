import type { WireError } from '../errors/contract.ts'
import { isJsonType } from './body.ts'
import { ClientError, fault, transportError } from './client-error.ts'
import type { Deadline } from './deadline.ts'
import type { ManifestRoute } from './manifest.ts'
import type { ClientResponse, ResponseHeaders } from './transport.ts'

/** Reads the server's errors; an `ErrorFormat` of the server fits. */
export interface ErrorReader {
  /** @returns `undefined` when the body is not an error of this format */
  readonly read: (body: unknown, status: number) => WireError | undefined
  /** There when errors may come with a success status; their bodies are then asked first. */
  readonly status?: unknown
  /** Tells errors from what a route declares with a status of 300 and more; without it the reader is asked first. */
  readonly mediaType?: string
}

/** The body of an answer that goes on: server-sent events, lines of JSON. Read it once. */
export interface ResponseStream extends AsyncIterable<Uint8Array> {
  /** As the server sent it. */
  readonly contentType: string
  /** Ends a stream that nobody will read. */
  discard(): void
}

/** What reading an answer needs to know. */
export interface AnswerContext {
  readonly route: ManifestRoute
  readonly errorFormat: ErrorReader
  readonly maxResponseBytes: number
  readonly deadline: Deadline
}

/** An answer that the route declares. */
export interface DeclaredAnswer {
  /** Whether it is a success. */
  readonly ok: boolean
  readonly status: number
  readonly data: unknown
  readonly headers: ResponseHeaders
}

/** Reads a problem document with a `code` (RFC 9457); a member of the wrong type is as if it were not there (§3.1). */
export const problemReader: ErrorReader = {
  mediaType: 'application/problem+json',
  read(body, status) {
    // Texts, numbers and nothing have no such members.
    const problem = body as { readonly [member: string]: unknown } | null | undefined
    const text = (member: string): string | undefined => {
      const value = problem?.[member]
      return typeof value === 'string' && value ? value : undefined
    }
    const code = text('code')
    if (!code) return undefined
    return {
      code,
      status,
      title: text('title') ?? code,
      detail: text('detail'),
      details: problem?.['details'] ?? problem?.['errors'],
      requestId: text('requestId'),
    }
  },
}

/**
 * Reads an answer to its end, unless it is a stream.
 *
 * @throws {ClientError} with the server's code, or `ERR_CORE_CLIENT_ANSWER`
 */
export async function readAnswer(response: ClientResponse, context: AnswerContext): Promise<DeclaredAnswer> {
  const { status, headers } = response
  const { route, errorFormat } = context
  const { name } = route
  const type = '' + (headers['content-type'] ?? '')
  const types = route.typesOf(status)
  const ok = types !== undefined && status < 300
  if (ok && STREAM_TYPE.test(type)) return { ok, status, data: toStream(response, type, context), headers }
  // RFC 9110 §6.4.1: no body, whatever the headers say.
  const isBodiless = route.method === 'HEAD' || status === 204 || status === 304
  let data: unknown
  if (isBodiless) response.discard?.()
  else {
    try {
      data = parse(await readBytes(response, context), type)
    } catch (cause) {
      // An error stays an error when its page cannot be read.
      if (!(cause instanceof SyntaxError)) throw cause
      if (ok) throw fault('ANSWER', { ...response, name, detail: 'the body is not JSON.', cause })
    }
  }
  const mayFail =
    types === undefined || (status < 300 ? errorFormat.status : type.startsWith(errorFormat.mediaType ?? ''))
  const wire = mayFail ? errorFormat.read(data, status) : undefined
  if (wire) throw new ClientError({ ...wire, name, headers, isFromServer: true })
  if (types !== undefined && (isBodiless || !isForeign(types, type, data)))
    return { ok, status, data, headers }
  const found = data === undefined ? 'no body' : `'${type}'`
  const detail = `status ${status || '0 (redirect)'} with ${found} is not declared.`
  throw fault('ANSWER', { ...response, name, detail, details: data })
}

/** A body of another type than is declared: the page of a proxy, or of a server that is not meant. */
function isForeign(types: string, type: string, data: unknown): boolean {
  if (!types) return isJsonType(type) === (data === undefined)
  return types !== '*' && !types.split(':').includes(type.replace(/\s*;.*/, '').toLowerCase())
}

const STREAM_TYPE = /^(text\/event-stream|application\/(x-)?(ndjson|jsonl))\b/i
const TEXT_TYPE = /^text\/|charset=|[/+](xml|yaml|javascript|x-www-form-urlencoded)\b/i
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function toStream(response: ClientResponse, contentType: string, context: AnswerContext): ResponseStream {
  const { deadline } = context
  // From here on only the caller's signal counts.
  deadline.keep()
  return {
    contentType,
    [Symbol.asyncIterator]: () => follow(response, context),
    discard() {
      response.discard?.()
      deadline.release()
    },
  }
}

async function* follow(
  { body }: ClientResponse,
  { route, deadline }: AnswerContext,
): AsyncGenerator<Uint8Array> {
  try {
    if (typeof body === 'string') yield encoder.encode(body)
    else if (body instanceof Uint8Array) yield body
    else if (body) yield* body
  } catch (cause) {
    throw transportError(route.name, deadline.signal, cause)
  } finally {
    deadline.release()
  }
}

/** The whole body. */
async function readBytes(response: ClientResponse, context: AnswerContext): Promise<Uint8Array> {
  const { maxResponseBytes, route } = context
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of follow(response, context)) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxResponseBytes) {
      const detail = `the body is larger than maxResponseBytes, ${maxResponseBytes}.`
      throw fault('ANSWER', { ...response, name: route.name, detail })
    }
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** JSON, text or bytes by media type; nothing where there is none. */
function parse(bytes: Uint8Array, type: string): unknown {
  const isJson = isJsonType(type)
  // Of no type at all: an empty body is none.
  if ((isJson || !type) && bytes.length === 0) return undefined
  if (type && !isJson && !TEXT_TYPE.test(type)) return bytes
  const text = decoder.decode(bytes)
  return isJson ? JSON.parse(text) : text
}

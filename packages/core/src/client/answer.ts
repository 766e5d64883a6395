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
  const type = contentTypeOf(response)
  const isKnown = route.typesOf(status) !== undefined
  const ok = isKnown && status < 300
  if (ok && STREAM_TYPE.test(type)) {
    return { ok, status, data: toStream(response, context), headers }
  }
  let data: unknown
  try {
    data = parse(await readBytes(response, context), type)
  } catch (cause) {
    // An error stays an error when its page cannot be read.
    if (!(cause instanceof SyntaxError)) throw cause
    if (ok) throw fault('ANSWER', { name, detail: 'the body is not JSON.', status, headers, cause })
  }
  const wire = mayFail(response, context) ? errorFormat.read(data, status) : undefined
  if (wire) {
    const requestId = wire.requestId ?? idOf(headers)
    throw new ClientError({ ...wire, name, headers, requestId, isFromServer: true })
  }
  if (isKnown && !isForeign(response, route, data)) return { ok, status, data, headers }
  throw notDeclared(response, name, data)
}

/** Whether the body of an answer may be that of an error. */
function mayFail({ status, headers }: ClientResponse, { route, errorFormat }: AnswerContext): unknown {
  return (
    route.typesOf(status) === undefined ||
    (status < 300
      ? errorFormat.status
      : ('' + headers['content-type']).startsWith(errorFormat.mediaType ?? ''))
  )
}

/** A body of another type than is declared: the page of a proxy, or of a server that is not meant. */
function isForeign(response: ClientResponse, { method, typesOf }: ManifestRoute, data: unknown): boolean {
  const type = contentTypeOf(response)
  const types = typesOf(response.status)
  if (method === 'HEAD' || /[23]04/.test('' + response.status) || types === '*') return false
  if (!types) return isJsonType(type) === (data === undefined)
  return !types.split(':').includes(type.replace(/\s*;.*/, '').toLowerCase())
}

function notDeclared(response: ClientResponse, name: string, details: unknown): ClientError {
  const { status, headers } = response
  const type = details === undefined ? 'no body' : `'${contentTypeOf(response)}'`
  const detail = `status ${status || '0 (redirect)'} with ${type} is not declared.`
  return fault('ANSWER', { name, detail, status, headers, details, requestId: idOf(headers) })
}

function contentTypeOf({ headers }: ClientResponse): string {
  return '' + (headers['content-type'] ?? '')
}

/** Request id in the headers of an answer. */
function idOf(headers: ResponseHeaders): string | undefined {
  const id = headers['x-request-id']
  return typeof id === 'string' ? id : undefined
}

const STREAM_TYPE = /^(text\/event-stream|application\/(x-)?(ndjson|jsonl))\b/i
const TEXT_TYPE = /^text\/|charset=|[/+](xml|yaml|javascript|x-www-form-urlencoded)\b/i
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function chunksOf({ body }: ClientResponse): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof body === 'string') return [encoder.encode(body)]
  return body instanceof Uint8Array ? [body] : (body ?? [])
}

function toStream(response: ClientResponse, context: AnswerContext): ResponseStream {
  const { deadline } = context
  // From here on only the caller's signal counts.
  deadline.keep()
  return {
    contentType: contentTypeOf(response),
    [Symbol.asyncIterator]: () => follow(response, context),
    discard() {
      response.discard?.()
      deadline.release()
    },
  }
}

async function* follow(response: ClientResponse, context: AnswerContext): AsyncGenerator<Uint8Array> {
  try {
    yield* chunksOf(response)
  } catch (cause) {
    throw transportError(context.route.name, context.deadline.signal, cause)
  } finally {
    context.deadline.release()
  }
}

/** The whole body; undefined where RFC 9110 §6.4.1 knows none, whatever the headers say. */
async function readBytes(response: ClientResponse, context: AnswerContext): Promise<Uint8Array | undefined> {
  const { name, method } = context.route
  const { maxResponseBytes } = context
  const { status, headers } = response
  if (method === 'HEAD' || /[23]04/.test('' + status)) {
    response.discard?.()
    return undefined
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of chunksOf(response)) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxResponseBytes) {
        const detail = `the body is larger than maxResponseBytes, ${maxResponseBytes}.`
        throw fault('ANSWER', { name, detail, status, headers })
      }
    }
  } catch (cause) {
    throw transportError(name, context.deadline.signal, cause)
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
function parse(bytes: Uint8Array | undefined, type: string): unknown {
  if (!bytes) return undefined
  const isJson = isJsonType(type)
  // Of no type at all: an empty body is none.
  if ((isJson || !type) && bytes.length === 0) return undefined
  if (type && !isJson && !TEXT_TYPE.test(type)) return bytes
  const text = decoder.decode(bytes)
  return isJson ? JSON.parse(text) : text
}

import { readAnswer, type ErrorReader, type DeclaredAnswer } from './answer.ts'
import { toRequestBody } from './body.ts'
import { clientError, transportError } from './client-error.ts'
import type { CallOptions } from './contract.ts'
import { startDeadline, type Deadline } from './deadline.ts'
import type { ManifestRoute } from '@keelson/contract'
import type { ClientRequest, Interceptor, Transport } from './transport.ts'
import { toTarget, toText, type Fields } from './url.ts'

/** Headers of every call, or a function that gives them for each: a fresh token, a locale. */
export type HeaderSource =
  | { readonly [name: string]: string }
  | (() => { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }>)

/** What all calls of a client share. */
export interface Settings {
  readonly baseUrl: string
  readonly headers: HeaderSource
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  readonly errorFormat: ErrorReader
  /** Writes a `cookie` header. @throws {TypeError} where the platform sends its own */
  readonly toCookie: (cookies: Fields) => string | undefined
  /** Transport behind its interceptors. */
  readonly send: Transport
}

interface Input {
  readonly params?: Fields
  readonly query?: Fields
  readonly headers?: Fields
  readonly cookies?: Fields
  readonly body?: unknown
}

/** Makes a call and gives the response, if the route declares it. @throws {ClientError} for everything else */
export async function perform(
  route: ManifestRoute,
  settings: Settings,
  [input = {}, options = {}]: readonly [input?: Input, options?: CallOptions],
): Promise<DeclaredAnswer> {
  const { signal } = options
  signal?.throwIfAborted()
  const deadline = startDeadline(route.name, options.timeoutMs ?? settings.timeoutMs, signal)
  try {
    return await Promise.race([run({ ...settings, route, input, options, deadline }), deadline.broken])
  } finally {
    if (!deadline.isKept) deadline.release()
  }
}

interface Call extends Settings {
  readonly route: ManifestRoute
  readonly input: Input
  readonly options: CallOptions
  readonly deadline: Deadline
}

async function run(call: Call): Promise<DeclaredAnswer> {
  const { headers, deadline, send } = call
  const shared = typeof headers === 'function' ? await headers() : headers
  const response = await send(toRequest(call, shared))
  if (deadline.signal.aborted) {
    // Too late: the caller has its error already.
    response.discard?.()
    throw deadline.signal.reason
  }
  return readAnswer(response, call)
}

function toRequest(call: Call, shared: Fields): ClientRequest {
  const { route, input, options, deadline } = call
  const { name, method, mediaTypes } = route
  try {
    const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5' }
    const cookie = input.cookies && call.toCookie(input.cookies)
    for (const fields of [shared, input.headers, { cookie }, options.headers]) addHeaders(headers, fields)
    const url = call.baseUrl + toTarget(route, input)
    const body = toRequestBody(input.body, mediaTypes, headers)
    const { signal, expiresAt } = deadline
    return { name, method, url, headers, body, signal, expiresAt }
  } catch (cause) {
    throw clientError('INPUT', { name, cause })
  }
}

function addHeaders(headers: Record<string, string>, fields: Fields = {}): void {
  for (const [field, value] of Object.entries(fields)) {
    const place = `header '${field}'`
    const text = Array.isArray(value)
      ? value.map((item) => toText(item, place)).join(', ')
      : toText(value, place)
    if (text === undefined) continue
    // RFC 9110 §5.1 and §5.5; a line break would begin another header. Of its own: isToken and isFieldValue are 19 bytes more.
    if (!/^[\w!#$%&'*+.^`|~-]+\n[\t\x20-\x7e\x80-\xff]*$/.test(field + '\n' + text))
      throw new TypeError(place + ' is malformed.')
    headers[field.toLowerCase()] = text
  }
}

/** Puts interceptors around a transport; what the transport throws becomes an error of the client. */
export function compose(transport: Transport, interceptors: readonly Interceptor[]): Transport {
  const send: Transport = async (request) => {
    request.signal.throwIfAborted()
    try {
      return await transport(request)
    } catch (cause) {
      throw transportError(request.name, request.signal, cause)
    }
  }
  return interceptors.reduceRight<Transport>(
    (next, intercept) => async (request) => intercept(request, next),
    send,
  )
}

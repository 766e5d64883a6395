import type { ResponseHeaders } from '@keelson/core'

/**
 * Headers that belong to one request or one connection: request ids, traces, limits, CORS, challenges, framing (RFC 9110 §7.6.1, RFC 9111
 * §3.1).
 */
const OF_ONE_REQUEST: ReadonlySet<string> = new Set([
  'age',
  'authentication-info',
  'connection',
  'content-length',
  'content-range',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'proxy-status',
  'ratelimit',
  'ratelimit-policy',
  'request-id',
  'server-timing',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-correlation-id',
  'x-request-id',
])

/** Beginnings of the same. */
const FAMILIES = /^(?:access-control-|ratelimit-|x-ratelimit-)/

/** Whether a header is the same in each answer of its kind. */
export function isKeptHeader(name: string): boolean {
  return !OF_ONE_REQUEST.has(name) && !FAMILIES.test(name)
}

/**
 * The headers of an answer that are kept, as a flat list.
 *
 * @param chosen - names; default: all that are not about one request
 */
export function keptHeaders(headers: ResponseHeaders, chosen: ReadonlySet<string> | undefined): string[] {
  const flat: string[] = []
  for (const [name, value] of headers)
    if (isKeptHeader(name) && (chosen === undefined || chosen.has(name) || ALWAYS.has(name)))
      flat.push(name, value)
  return flat
}

/** Without them an answer would say something else. */
const ALWAYS: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'location', 'vary'])

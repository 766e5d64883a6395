// On the request path: serves requests of hosts with the Fetch API.
import { cutText, describeValue, InternalError, isPromise } from '../../errors/index.ts'
import type { FetchInfo } from '../../app/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import { ContentCodings, type CodingOptions } from '../message/content-codings.ts'
import { createForwarding, type ProxyOptions } from '../message/forwarding.ts'
import { normalizeAddress } from '../message/ip-range.ts'
import { WebExchange } from './web-exchange.ts'

/**
 * Makes a handler for hosts with the Fetch API. It runs the same plans as the server. Its promise rejects only where a
 * connection would be reset: the request's signal aborts before there is an answer, or the answer is reset.
 *
 * @throws {SetupError} `ERR_CORE_TRUST_PROXY`
 * @throws {InternalError} at the call, for what is not a `Request`
 * @example
 * const fetch = createFetchHandler(dispatcher)
 * const response = await fetch(new Request('http://localhost/livez'))
 */
export function createFetchHandler(
  dispatcher: Dispatcher,
  options: ProxyOptions & CodingOptions = {},
): (request: Request, info?: FetchInfo) => Promise<Response> {
  const readForwarding = createForwarding(options)
  const codings = new ContentCodings(options.codings)
  return (request, given) => {
    assertRequest(request)
    const info = given ?? {}
    assertInfo(info)
    const peer = normalizeAddress(info.remoteAddress ?? '')
    const { requestIdHeader } = dispatcher
    const exchange = new WebExchange(request, { peer, readForwarding, codings, requestIdHeader })
    info.waitUntil?.(exchange.settled)
    exchange.begin(dispatcher.dispatch(exchange))
    return exchange.response
  }
}

/** Checks members, not the class: hosts have classes of their own. */
function assertRequest(request: Request): void {
  const { url, method, headers, signal } = (request ?? {}) as Partial<Request>
  const isNamed = typeof url === 'string' && typeof method === 'string'
  if (isNamed && typeof headers?.get === 'function' && typeof signal?.addEventListener === 'function') return
  throw misuse(`The request must be a Request, not ${describeValue(request, true)}.`, remedyFor(request))
}

function remedyFor(request: unknown): string {
  if (typeof request === 'string' || request instanceof URL)
    return `Write new Request(${typeof request === 'string' ? JSON.stringify(cutText(request)) : 'url'}).`
  if (isPromise(request)) return 'Await it first.'
  return 'Give a Request of the Fetch API; app.listen serves requests of node:http.'
}

/** Hosts may give an object with more members, such as their own context. */
function assertInfo({ remoteAddress, waitUntil }: FetchInfo): void {
  if (remoteAddress !== undefined && typeof remoteAddress !== 'string')
    throw misuse(`remoteAddress must be a text, not ${describeValue(remoteAddress)}.`, 'Give an IP address.')
  if (waitUntil !== undefined && typeof waitUntil !== 'function')
    throw misuse(
      `waitUntil must be a function, not ${describeValue(waitUntil)}.`,
      'Give waitUntil of the host.',
    )
}

function misuse(message: string, remedy: string): InternalError {
  return new InternalError(`app.fetch: ${message} ${remedy}`)
}

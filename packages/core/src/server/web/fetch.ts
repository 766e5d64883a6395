import type { FetchInfo } from '../../app/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import { createForwarding, type ProxyOptions } from '../message/forwarding.ts'
import { normalizeAddress } from '../message/ip-range.ts'
import { WebExchange } from './web-exchange.ts'

/**
 * Makes a handler for hosts that speak the Fetch API. It runs the same plans as the server does. Its promise rejects
 * only where a connection would break: the request's signal aborts before there is an answer, or the answer is reset.
 *
 * @throws {StartError} `ERR_CORE_TRUST_PROXY`
 * @example
 * const fetch = createFetchHandler(dispatcher)
 * const response = await fetch(new Request('http://localhost/livez'))
 */
export function createFetchHandler(
  dispatcher: Dispatcher,
  options: ProxyOptions = {},
): (request: Request, info?: FetchInfo) => Promise<Response> {
  const readForwarding = createForwarding(options)
  return (request, info = {}) => {
    const peer = normalizeAddress(info.remoteAddress ?? '')
    const { requestIdHeader } = dispatcher
    const exchange = new WebExchange(request, { peer, readForwarding, requestIdHeader })
    info.waitUntil?.(exchange.settled)
    exchange.begin(dispatcher.dispatch(exchange))
    return exchange.response
  }
}

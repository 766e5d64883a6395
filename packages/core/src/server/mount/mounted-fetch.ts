// On the request path of mounted handlers of the Fetch API.
import { BadRequestError, cutText, MethodNotAllowedError } from '../../errors/index.ts'
import { discardValue, type OperationContext } from '../../operation/index.ts'
import { PathEncodingError } from '../../path/index.ts'
import { isAuthority } from '../message/authority.ts'
import { FailureKeepingBody } from '../message/failure-keeping-body.ts'
import { passedHeaders } from '../message/forwarding.ts'
import { exchangeOf, type HttpExchange } from '../message/http-exchange.ts'
import { refuseLength } from '../message/body-limits.ts'

/** A handler in the shape of the Fetch API. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/** Calls a handler, and returns the result of its route. `url` is the path that it sees, and the query. */
export function callFetch(ctx: OperationContext, url: string, handler: FetchHandler): unknown {
  const body = toPassedBody(ctx)
  const request = toRequest(ctx, url, body)
  return body === undefined ? handler(request) : answerOf(() => handler(request), body)
}

/** An error of the body is answered as such, even if the handler has handled it. */
async function answerOf(ask: () => Response | Promise<Response>, body: FailureKeepingBody): Promise<unknown> {
  let answer: unknown
  try {
    answer = await ask()
  } catch (error) {
    throw body.failure ?? error
  }
  if (body.failure === undefined) return answer
  discardValue(answer)
  throw body.failure
}

/** Refuses a body that is announced to be too large, before the handler is called. */
function toPassedBody(ctx: OperationContext): FailureKeepingBody | undefined {
  const { call, plan } = ctx['~execution']
  if (!call.hasBody || ctx.method === 'GET' || ctx.method === 'HEAD') return undefined
  const coding = exchangeOf(ctx).codings.of(call.meta('content-encoding'))
  // The announced length of an encoded body is not that of the decoded one.
  if (coding === undefined) refuseLength(call.meta('content-length'), plan.maxBodyBytes)
  return new FailureKeepingBody(ctx.bodyStream())
}

/** Methods that `Request` refuses. */
const UNKNOWN_TO_FETCH = new Set(['CONNECT', 'TRACE', 'TRACK'])
const KNOWN_TO_FETCH = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

function toRequest(ctx: OperationContext, url: string, body: FailureKeepingBody | undefined): Request {
  const { method, signal } = ctx
  if (UNKNOWN_TO_FETCH.has(method)) {
    throw new MethodNotAllowedError(`${cutText(method)} is not allowed here.`, { allow: KNOWN_TO_FETCH })
  }
  const exchange = exchangeOf(ctx)
  const target = toTarget(exchange, url)
  const headers = new Headers()
  for (const [name, value] of Object.entries(passedHeaders(exchange))) {
    for (const line of [value ?? []].flat()) headers.append(name, line)
  }
  headers.set('host', target.host)
  if (body !== undefined && exchange.codings.of(exchange.meta('content-encoding')) !== undefined) {
    headers.delete('content-encoding')
    headers.delete('content-length')
  }
  const init: RequestInit & { duplex?: 'half'; body?: ReadableStream } = { method, headers, signal }
  if (body !== undefined) {
    init.body = ReadableStream.from(body)
    init.duplex = 'half'
  }
  return new Request(target, init)
}

/** Set part by part: in a joined text, the host could contain a path. */
function toTarget(exchange: HttpExchange, url: string): URL {
  const { scheme, host } = exchange
  const named = exchange.meta('host')
  // A URL cannot have some hosts that RFC 9110 allows: `1.2.3.4.5`, which looks like an address.
  if (
    (named !== undefined && !isAuthority(named)) ||
    !isAuthority(host) ||
    !URL.canParse(`${scheme}://${host}`)
  )
    throw new BadRequestError('The Host header is not a valid host.')
  const target = new URL(`${scheme}://${host}`)
  const at = url.indexOf('?')
  const path = at === -1 ? url : url.slice(0, at)
  target.pathname = path
  // A URL changes what it cannot have: the handler would see a different path than the middleware in front of it.
  if (target.pathname !== path)
    throw new PathEncodingError('The path cannot be part of a URL: escape it, and resolve its dot segments.')
  target.search = at === -1 ? '' : url.slice(at)
  return target
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { callSite, checkOptions, valueProblems, type SetupProblem, toCallError } from '../../errors/index.ts'
import { TakeOver, type OperationContext } from '../../operation/index.ts'
import { AT_ROOT, createRoute, router, type Router } from '../../route/index.ts'
import { passedHeaders, passedRawHeaders, toDistinct } from '../message/forwarding.ts'
import { exchangeOf, type HttpExchange } from '../message/http-exchange.ts'
import { callFetch, type FetchHandler } from './mounted-fetch.ts'
import { MOUNT_OPTIONS, MOUNT_PREFIX, type MountOptions } from './mount-options.ts'
import { toPassedOn } from './passed-on.ts'
import { refuseLength } from '../message/body-limits.ts'

/** A handler in the shape of `node:http`: an app of Express, Connect or Koa, a router or middleware of theirs, a proxy. */
export type NodeHandler = NodeMethods['handle']
// A method, so that handlers may require more of their parameters than node's types have, as those of Express do.
interface NodeMethods {
  handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): unknown
}
/** What can be mounted: a handler, or an object with a method `fetch`, such as an app of Hono. */
export type MountedHandler = NodeHandler | FetchHandler | { readonly fetch: FetchHandler }

/**
 * Serves everything below a prefix with a handler of another framework: a Node.js one (`(req, res) => …`) or one of the Fetch
 * API. Its requests pass the pipeline up to the access rule, have an id and a log line, and count as in flight.
 *
 * @param prefix - may have params; a slash at its end is ignored
 * @throws {SetupError} `ERR_CORE_MOUNT` for an invalid handler
 * @example
 * createApp({ routes: { legacy: mount('/legacy', expressApp, { access: 'public' }) } })
 */
export function mount(prefix: string, handler: MountedHandler, options: MountOptions): Router<{}> {
  const name = `mount(${typeof prefix === 'string' ? `'${prefix}'` : '…'})`
  checkOptions(MOUNT_OPTIONS, options, { name, below: mount })
  const wrong = valueProblems(MOUNT_PREFIX, prefix, { name: 'mount', below: mount, argument: 'The prefix' })
  if (wrong.length > 0) throw toCallError(name, wrong)
  const handle = toServe(prefix, handler, options)
  const { access, use, maxBodyBytes, deadlineMs = 0 } = options
  const source = callSite(mount)
  const at = (path: string) =>
    createRoute({
      method: '*',
      path,
      options: { access, use, maxBodyBytes, deadlineMs } as never,
      place: AT_ROOT,
      middleware: [],
      injects: {},
      handler: handle as never,
      source,
    })
  const head = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  return router('/', {
    root: at(head === '' ? '/' : head),
    rest: at(`${head}/*path?`),
  }) as unknown as Router<{}>
}

function toServe(
  prefix: string,
  handler: MountedHandler,
  options: MountOptions,
): (ctx: OperationContext) => unknown {
  const toUrl = options.stripPrefix === false ? (ctx: OperationContext) => ctx.url : createStrip()
  if (typeof handler === 'object' && handler !== null && typeof handler.fetch === 'function') {
    return (ctx) => callFetch(ctx, toUrl(ctx), (request) => handler.fetch(request))
  }
  if (typeof handler !== 'function') throw toCallError(`mount('${prefix}')`, [noHandler(prefix, handler)])
  if ((options.kind ?? (handler.length >= 2 ? 'node' : 'fetch')) === 'fetch') {
    return (ctx) => callFetch(ctx, toUrl(ctx), handler as FetchHandler)
  }
  const call = toCall(handler as NodeHandler)
  const { maxBodyBytes = Infinity } = options
  return (ctx) => {
    refuseLength(ctx.header('content-length'), maxBodyBytes)
    return new TakeOver((request, response) => {
      const incoming = request as IncomingMessage & { originalUrl?: string }
      incoming.originalUrl = incoming.url as string
      incoming.url = toUrl(ctx)
      passOn(incoming, exchangeOf(ctx))
      return call(incoming, response as ServerResponse)
    }, maxBodyBytes)
  }
}

/** Removes headers of proxies from a request that are not trusted. */
function passOn(request: IncomingMessage, exchange: HttpExchange): void {
  const passed = passedHeaders(exchange)
  if (passed === request.headers) return
  request.rawHeaders = passedRawHeaders(request.rawHeaders, passed)
  request.headers = passed as IncomingMessage['headers']
  // Node would make it from the list that it has read, by the length of that one.
  request.headersDistinct = toDistinct(request.rawHeaders)
}

/**
 * Gives `next` to a router or a middleware. Apps of Express and Connect, which are emitters, answer requests that they do not
 * handle themselves.
 */
function toCall(handler: NodeHandler): (request: IncomingMessage, response: ServerResponse) => unknown {
  if (handler.length < 3 || 'emit' in handler) return handler as never
  return (request, response) =>
    new Promise((resolve, reject) => {
      const next = (error?: unknown): void => reject(toPassedOn(error))
      Promise.resolve(handler(request, response, next)).catch(reject)
      response.once('close', resolve)
    })
}

function noHandler(prefix: string, handler: unknown): SetupProblem {
  const { callback } = (handler ?? {}) as { readonly callback?: unknown }
  return {
    code: 'ERR_CORE_MOUNT',
    place: `mount('${prefix}')`,
    message: 'The handler is neither a function nor an object with fetch.',
    remedy:
      typeof callback === 'function'
        ? 'An app of Koa gives its handler by app.callback(): give that.'
        : 'Give (req, res) => …, (request) => Response, or an app with fetch.',
  }
}

/**
 * Makes the function that removes the prefix: as many segments as the whole pattern has before its wildcard, since routers
 * above may have prefixes as well, with params and escapes.
 */
function createStrip(): (ctx: OperationContext) => string {
  const counts = new Map<string, number>()
  return ({ url, path, '~execution': { plan } }) => {
    const pattern = plan.pattern as string
    let count = counts.get(pattern)
    if (count === undefined) counts.set(pattern, (count = countSegments(pattern)))
    let at = 0
    for (let i = 0; i < count && at !== -1; i++) at = path.indexOf('/', at + 1)
    return at === -1 ? `/${url.slice(path.length)}` : url.slice(at)
  }
}

/** Segments before the wildcard, or before the slash at the end. */
function countSegments(pattern: string): number {
  return pattern.split('/').filter((segment) => segment !== '' && !segment.startsWith('*')).length
}

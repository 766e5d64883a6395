import type { IncomingMessage, ServerResponse } from 'node:http'
import { callSite, MethodNotAllowedError, StartError, type SetupProblem } from '../errors/index.ts'
import { TakeOver, type RequestContext } from '../pipeline/index.ts'
import {
  AT_ROOT,
  createRoute,
  router,
  type AccessRule,
  type AnyMiddleware,
  type IncomingHeaders,
  type Router,
} from '../routing/index.ts'

/** A handler in the shape of `node:http`: Express, Connect, a proxy. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown
/** A handler in the shape of the Fetch API. */
export type FetchHandler = (request: Request) => Response | Promise<Response>
/** What can be mounted: a handler, or an object that has one as `fetch`, such as an app of Hono. */
export type MountedHandler = NodeHandler | FetchHandler | { readonly fetch: FetchHandler }

/** How a foreign handler is mounted. */
export interface MountOptions {
  /** Who may call it. It holds for every path below the prefix. */
  readonly access: AccessRule
  /** Middleware in front of it. Its `respond` stage sees only answers of `fetch` handlers. */
  readonly use?: readonly AnyMiddleware[] | undefined
  /** Shape of a function; default: `node` when it takes two parameters, else `fetch`. */
  readonly kind?: 'node' | 'fetch' | undefined
  /** Whether the handler sees the path without the prefix; default `true`. */
  readonly stripPrefix?: boolean | undefined
  /** Largest body, bytes; counted for `fetch` handlers. Default: the app's. */
  readonly maxBodyBytes?: number | undefined
  /** Default `0`, none: a foreign handler has limits of its own. */
  readonly deadlineMs?: number | undefined
}

/**
 * Serves everything below a prefix with a foreign handler: a Node.js one (`(req, res) => …`) or one of the Fetch API.
 * Its requests pass the pipeline up to the access rule, get their id and their log line, and count as in flight.
 *
 * @throws {StartError} `ERR_CORE_MOUNT` when the handler is none
 * @example
 * createApp({ routes: { legacy: mount('/legacy', expressApp, { access: 'public' }) } })
 */
export function mount(prefix: string, handler: MountedHandler, options: MountOptions): Router<{}> {
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
  const slash = head === '' ? {} : { slash: at(`${head}/`) }
  return router('/', { root: at(prefix), ...slash, rest: at(`${head}/*path`) }) as unknown as Router<{}>
}

function toServe(
  prefix: string,
  handler: MountedHandler,
  options: MountOptions,
): (ctx: RequestContext) => unknown {
  const toUrl = options.stripPrefix === false ? (ctx: RequestContext) => ctx.url : createStrip()
  if (typeof handler === 'object' && handler !== null && typeof handler.fetch === 'function') {
    return (ctx) => handler.fetch(toRequest(ctx, toUrl(ctx)))
  }
  if (typeof handler !== 'function') throw new StartError([noHandler(prefix)])
  if ((options.kind ?? (handler.length >= 2 ? 'node' : 'fetch')) === 'fetch') {
    return (ctx) => (handler as FetchHandler)(toRequest(ctx, toUrl(ctx)))
  }
  return (ctx) =>
    new TakeOver((request, response) => {
      const incoming = request as IncomingMessage & { originalUrl?: string }
      incoming.originalUrl = incoming.url as string
      incoming.url = toUrl(ctx)
      return (handler as NodeHandler)(incoming, response as ServerResponse)
    })
}

function noHandler(prefix: string): SetupProblem {
  return {
    code: 'ERR_CORE_MOUNT',
    place: `mount('${prefix}')`,
    message: 'The handler is neither a function nor an object with fetch.',
    remedy: 'Give (req, res) => …, (request) => Response, or an app with fetch.',
  }
}

/**
 * Makes the function that takes the prefix off: as many segments as the whole pattern has before its wildcard, since
 * routers above may have prefixes, too, with params and with escapes.
 */
function createStrip(): (ctx: RequestContext) => string {
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

/** What `Request` refuses to be made with. */
const UNKNOWN_TO_FETCH = new Set(['CONNECT', 'TRACE', 'TRACK'])
const KNOWN_TO_FETCH = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

function toRequest(ctx: RequestContext, url: string): Request {
  const { method, signal } = ctx
  if (UNKNOWN_TO_FETCH.has(method)) {
    throw new MethodNotAllowedError(`${method} is not allowed here.`, { allow: KNOWN_TO_FETCH })
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(ctx.headers as IncomingHeaders)) {
    for (const line of [value ?? []].flat()) headers.append(name, line)
  }
  const init: RequestInit & { duplex?: 'half'; body?: ReadableStream } = { method, headers, signal }
  if (ctx['~execution'].exchange.hasBody && method !== 'GET' && method !== 'HEAD') {
    init.body = ReadableStream.from(ctx.bodyStream())
    init.duplex = 'half'
  }
  return new Request(`http://${ctx.header('host') ?? 'localhost'}${url}`, init)
}

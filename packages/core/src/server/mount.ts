import type { IncomingMessage, ServerResponse } from 'node:http'
import { callSite, StartError } from '../errors/index.ts'
import { TakeOver } from '../pipeline/index.ts'
import { createRoute, router, type AccessRule, type AnyMiddleware, type BaseContext, type Router } from '../routing/index.ts'

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
  const serve = toServe(prefix, handler, options)
  const { access, use, maxBodyBytes, deadlineMs = 0 } = options
  const at = (path: string) =>
    createRoute({
      method: '*',
      path,
      options: { access, use, maxBodyBytes, deadlineMs } as never,
      middleware: [],
      injects: {},
      handler: serve as never,
      source: callSite(mount),
    })
  return router(prefix, { root: at('/'), rest: at('/*path') }) as unknown as Router<{}>
}

function toServe(prefix: string, handler: MountedHandler, { kind, stripPrefix = true }: MountOptions): (ctx: BaseContext) => unknown {
  const toUrl = (url: string): string => {
    if (!stripPrefix || prefix === '/' || prefix === '') return url
    const rest = url.slice(prefix.length)
    return rest.startsWith('/') ? rest : `/${rest}`
  }
  if (typeof handler === 'object' && handler !== null && typeof handler.fetch === 'function') {
    return (ctx) => handler.fetch(toRequest(ctx, toUrl(ctx.url)))
  }
  if (typeof handler !== 'function') {
    throw new StartError([
      { code: 'ERR_CORE_MOUNT', place: `mount('${prefix}')`, message: 'The handler is neither a function nor an object with fetch.', remedy: 'Give (req, res) => …, (request) => Response, or an app with fetch.' },
    ])
  }
  if ((kind ?? (handler.length >= 2 ? 'node' : 'fetch')) === 'fetch') {
    return (ctx) => (handler as FetchHandler)(toRequest(ctx, toUrl(ctx.url)))
  }
  return (ctx) =>
    new TakeOver((request, response) => {
      const incoming = request as IncomingMessage & { originalUrl?: string }
      incoming.originalUrl = incoming.url as string
      incoming.url = toUrl(ctx.url)
      return (handler as NodeHandler)(incoming, response as ServerResponse)
    })
}

function toRequest(ctx: BaseContext, url: string): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries((ctx as unknown as { headers: Record<string, string | string[]> }).headers)) {
    for (const line of [value].flat()) headers.append(name, line)
  }
  const hasBody = ctx.method !== 'GET' && ctx.method !== 'HEAD'
  const init: RequestInit & { duplex?: 'half'; body?: ReadableStream } = { method: ctx.method, headers, signal: ctx.signal }
  if (hasBody) {
    init.body = ReadableStream.from(ctx.bodyStream())
    init.duplex = 'half'
  }
  return new Request(`http://${ctx.header('host') ?? 'localhost'}${url}`, init)
}

import { problemReader, type ErrorReader } from './answer.ts'
import { compose, perform, type HeaderSource, type Settings } from './call.ts'
import { ClientError, clientError } from './client-error.ts'
import type { CallOptions, Client, ClientResult, RouteCall } from './contract.ts'
import { readManifestRoute, type Manifest, type ManifestRoute } from '@keelson/contract'
import { assertManifest } from './manifest.ts'
import type { Interceptor, Transport } from './transport.ts'

/** Options of a client. */
export interface ClientOptions {
  /** Where the server is: `https://shop.example`, with or without a path. Browsers also take a path alone, or `''`. */
  readonly baseUrl: string
  /** Method and path of each route by name; made by `toManifest(routes)` or `keelson manifest`. */
  readonly manifest: Manifest
  /** How requests are sent. Default: undici in Node, `fetch` in browsers. */
  readonly transport?: Transport | undefined
  /** Functions around the transport, outermost first. */
  readonly interceptors?: readonly Interceptor[] | undefined
  /** Headers of every call, or a function that gives them for each. */
  readonly headers?: HeaderSource | undefined
  /** Time for a call, ms, retries and reading the body included; default 30_000. `0` for none. */
  readonly timeoutMs?: number | undefined
  /** Largest body of a response, bytes; default 33_554_432 (32 MiB). Streams are not counted. */
  readonly maxResponseBytes?: number | undefined
  /** Reads the server's errors; give the server's own format if it has one. Default: problem details (RFC 9457). */
  readonly errorFormat?: ErrorReader | undefined
}

/**
 * Makes a client on any transport: a tree of functions, shaped like the tree of routes.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for an invalid base URL or manifest
 */
export function createClientOn<TApi>(
  transport: Transport,
  options: ClientOptions,
  toCookie: Settings['toCookie'] = noCookies,
): Client<TApi> {
  const { baseUrl, manifest } = options
  if (!/^(https?:\/\/[^\s/?#@]+)?(\/[^\s?#]*)?$/i.test(baseUrl)) {
    throw clientError('OPTION', {
      detail: `baseUrl '${baseUrl}' is not http(s)://host/path.`,
    })
  }
  assertManifest(manifest)
  const settings: Settings = {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    headers: options.headers ?? {},
    timeoutMs: options.timeoutMs ?? 30_000,
    maxResponseBytes: options.maxResponseBytes ?? 0x2000000,
    errorFormat: options.errorFormat ?? problemReader,
    toCookie,
    send: compose(transport, options.interceptors ?? []),
  }
  const root: Branch = {}
  for (const [name, line] of Object.entries(manifest.routes))
    addRoute(root, name, toCall(name, line, settings))
  return root as Client<TApi>
}

// Browsers remove the header without an error (Fetch §2.2.2, forbidden request-header).
function noCookies(): never {
  throw new TypeError('omit cookies: the browser sends its own.')
}

// Plain objects and functions, no Proxy: awaiting, printing and spying on a client do what they do everywhere.
interface Branch {
  [name: string]: Branch | AnyCall
}
type AnyCall = RouteCall<object, { 200: unknown }, unknown>

function addRoute(root: Branch, name: string, call: AnyCall): void {
  const names = name.split('.')
  const last = names.pop() as string
  let node = root
  for (const part of names) node = (Object.hasOwn(node, part) ? node[part] : (node[part] = {})) as Branch
  // `then` would make the branch a thenable, which `await` calls; `__proto__` is not an own member.
  if (typeof node !== 'object' || Object.hasOwn(node, last) || /(^|\.)(then|__proto__)(\.|$)/.test(name)) {
    throw clientError('OPTION', { name, detail: 'the name is reserved or taken.' })
  }
  node[last] = call
}

function toCall(name: string, line: string, settings: Settings): AnyCall {
  // Most programs call few of the routes: a line is read when it is first called.
  let known: ManifestRoute | undefined
  const route = (): ManifestRoute => (known ??= readManifestRoute(name, line))
  const call = async (...args: [input?: object, options?: CallOptions]): Promise<unknown> => {
    const answer = await perform(route(), settings, args)
    if (answer.ok) return answer.data
    throw clientError('ANSWER', { ...answer, name, detail: 'status ' + answer.status, details: answer.data })
  }
  const result = (...args: [input?: object, options?: CallOptions]): Promise<unknown> =>
    perform(route(), settings, args).catch((error: unknown) => toFailure(error, route()))
  return Object.assign(call, { result }) as AnyCall
}

/** An error as a value. Rethrows invalid input and the caller's own abort: they are not outcomes of a request. */
function toFailure(error: unknown, route: ManifestRoute): ClientResult<{}, unknown> {
  if (!ClientError.is(error)) throw error
  const { code, status, title, detail, details, requestId, message, headers, isFromServer } = error
  if (!isFromServer && code === 'ERR_CLIENT_INPUT') throw error
  return {
    ok: false,
    status,
    headers,
    error:
      isFromServer && route.isDeclared(code)
        ? { code, status, title, detail, details, requestId }
        : {
            code: 'UNEXPECTED',
            serverCode: isFromServer ? code : undefined,
            message,
            details,
            requestId,
            cause: error,
          },
  }
}

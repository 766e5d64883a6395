import { createClient, fetchTransport, type Client, type ErrorReader } from '@keelson/client'
import { toManifest, type RouteTree } from '@keelson/core'
import { checkArgument, checkOptions } from '@keelson/core/options'
import {
  METHOD_OPTION,
  PATH_OPTION,
  TEST_REQUEST_OPTIONS,
  type TestHeaders,
  type TestRequest,
} from './test-request.ts'

/** Somebody who calls an app under test. */
export interface TestCaller<TRoutes extends RouteTree> {
  /** The routes as typed functions, over the same transport. A call throws a `ClientError`; `.result()` returns errors. */
  readonly client: Client<TRoutes>
  /** Headers of each request, names in lower case; those of a single request go before. */
  readonly headers: TestHeaders
  /** Sends a request that no type restricts. */
  request(method: string, path: string, request?: TestRequest): Promise<Response>
}

/** Where requests go. */
export interface TestTarget<TRoutes extends RouteTree> {
  readonly routes: TRoutes
  readonly baseUrl: string
  readonly errors: ErrorReader
  readonly send: (request: Request) => Promise<Response>
}

/** A caller whose requests all have these headers. */
export function callerWith<TRoutes extends RouteTree>(
  target: TestTarget<TRoutes>,
  given: TestHeaders,
): TestCaller<TRoutes> {
  const headers = Object.freeze(Object.fromEntries(new Headers(given)))
  let client: Client<TRoutes> | undefined
  return {
    get client() {
      return (client ??= connect(target, headers))
    },
    headers,
    request: async (method, path, request = {}) => {
      checkArgument(METHOD_OPTION, method, { name: 'test.request', argument: 'The method' })
      checkArgument(PATH_OPTION, path, { name: 'test.request', argument: 'The path' })
      checkOptions(TEST_REQUEST_OPTIONS, request, { name: `test.request('${method}', '${path}')` })
      return target.send(
        toRequest(target.baseUrl + path, method, { ...request, headers: over(headers, request) }),
      )
    },
  }
}

function connect<TRoutes extends RouteTree>(
  { routes, baseUrl, errors, send }: TestTarget<TRoutes>,
  headers: TestHeaders,
): Client<TRoutes> {
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    send(new Request(input, init))
  const manifest = toManifest(routes)
  const transport = fetchTransport({ fetch })
  return createClient<TRoutes>({ baseUrl, manifest, headers, transport, errorFormat: errors })
}

/** Names have no case: two spellings of one are not both sent. */
function over(headers: TestHeaders, { headers: own = {} }: TestRequest): TestHeaders {
  return { ...headers, ...Object.fromEntries(new Headers(own)) }
}

function toRequest(url: string, method: string, { headers, json, body, signal }: TestRequest): Request {
  const init: RequestInit & { duplex?: 'half' } = { method, redirect: 'manual', headers: { ...headers } }
  if (json !== undefined) {
    init.body = JSON.stringify(json)
    init.headers = { 'content-type': 'application/json', ...headers }
  } else if (body !== undefined) {
    init.body = body as never
    init.duplex = 'half'
  }
  if (signal !== undefined) init.signal = signal
  return new Request(url, init)
}

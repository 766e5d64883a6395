import type { ClientResponse, Transport } from './transport.ts'

/** Options of {@link fetchTransport}: those of `fetch` that do not depend on the call. */
export interface FetchOptions {
  /** Default: the global `fetch` at the time of the call. */
  readonly fetch?: typeof fetch | undefined
  /** Whether cookies are sent: `'include'` also to another origin. Default `'same-origin'`. */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /** Default `'default'`: the browser's cache serves what the responses allow. */
  readonly cache?: 'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | undefined
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean | undefined
}

/**
 * Sends through `fetch`: browsers, edge hosts. Redirects are not followed.
 *
 * @example
 * const shop = createClient<Api>({ baseUrl: '/api', manifest, transport: fetchTransport({ credentials: 'include' }) })
 */
export function fetchTransport(options: FetchOptions = {}): Transport {
  const { fetch: own, ...init } = options
  return async ({ url, method, headers, body, signal }) => {
    // `//host` would leave the origin when the base URL is a path alone (RFC 3986 §4.2).
    const target = url.replace(/^\/\//, '/.//')
    const all = { ...init, method, headers, body, signal, redirect: 'manual', duplex: 'half' }
    return toResponse(await (own ?? fetch)(target, all as RequestInit))
  }
}

function toResponse({ status, headers, body }: Response): ClientResponse {
  const fields: Record<string, string | string[]> = Object.fromEntries(headers)
  const cookies = headers.getSetCookie()
  if (cookies.length) fields['set-cookie'] = cookies
  return {
    status,
    headers: fields,
    body: body ? chunksOf(body) : undefined,
    discard: () => void body?.cancel().catch(() => undefined),
  }
}

/** By a reader, since not every browser iterates streams. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

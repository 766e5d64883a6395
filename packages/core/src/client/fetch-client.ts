import type { Client } from './contract.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import { fetchTransport } from './fetch-transport.ts'

/**
 * Makes a typed client that sends through `fetch`: browsers and edge hosts. What it gives is the same as in Node.
 *
 * @throws {ClientError} `ERR_CORE_CLIENT_OPTION` for a base URL or manifest that cannot be
 * @example
 * const shop = createClient<Api>({ baseUrl: '/api', manifest })
 */
export function createClient<TApi>(options: ClientOptions): Client<TApi> {
  return createClientOn<TApi>(options.transport ?? fetchTransport(), options)
}

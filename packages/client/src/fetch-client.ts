import type { Client } from './contract.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import { fetchTransport } from './fetch-transport.ts'

/**
 * Makes a typed client that sends through `fetch`: browsers and edge hosts. The client is the same as in Node.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for an invalid base URL or manifest
 * @example
 * const shop = createClient<Api>({ baseUrl: '/api', manifest })
 */
export function createClient<TApi>(options: ClientOptions): Client<TApi> {
  return createClientOn<TApi>(options.transport ?? fetchTransport(), options)
}

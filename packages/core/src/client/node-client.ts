import type { Client } from './contract.ts'
import { toCookie } from './cookies.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import { sharedTransport } from './undici-transport.ts'

/**
 * Makes a typed client: a tree of functions, shaped like the server's tree of routes.
 *
 * A call resolves to the body of the route's success and throws a {@link ClientError} for all else; `.result()` gives
 * every answer as a value. In Node it sends through undici, elsewhere through `fetch`.
 *
 * @throws {ClientError} `ERR_CORE_CLIENT_OPTION` for a base URL or manifest that cannot be
 * @example
 * const shop = createClient<Api>({ baseUrl: 'http://127.0.0.1:3000', manifest })
 * // then: await shop.orders.show({ params: { id } }), await shop.orders.create.result({ body: { total: 5 } })
 */
export function createClient<TApi>(options: ClientOptions): Client<TApi> {
  return createClientOn<TApi>(options.transport ?? sharedTransport(), options, toCookie)
}

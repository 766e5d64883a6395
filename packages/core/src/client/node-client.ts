import {
  anything,
  callable,
  either,
  integer,
  listOf,
  milliseconds,
  optionProblems,
  optionTable,
  recordOf,
  required,
  text,
} from '../errors/index.ts'
import { fault } from './client-error.ts'
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
  const problems = optionProblems(CLIENT_OPTIONS, options, { name: 'createClient', below: createClient })
  if (problems.length > 0) {
    const detail = problems.map(({ place, message, remedy }) => `${place}: ${message} ${remedy}`).join('\n')
    throw fault('OPTION', { detail })
  }
  return createClientOn<TApi>(options.transport ?? sharedTransport(), options, toCookie)
}

/** Options of {@link createClient}. In browsers the compiler alone looks at them: a page would load the reader for nothing. */
const CLIENT_OPTIONS = optionTable<ClientOptions>({
  // Looked at where they are used.
  baseUrl: required(anything('Where the server is.')),
  manifest: required(anything('Names to methods and paths.')),
  transport: callable('How requests are sent.', 'a transport'),
  interceptors: listOf(callable('What stands between call and transport.')),
  headers: either(recordOf(text('Headers of every call.')), callable('Gives them for each.')),
  timeoutMs: milliseconds('Time for a call; 0 for none.', { default: 30_000 }),
  maxResponseBytes: integer('Largest body of an answer.', { default: 33_554_432 }),
  errorFormat: anything("Reads the server's errors."),
})

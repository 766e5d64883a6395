import {
  anything,
  callable,
  either,
  integer,
  listOf,
  milliseconds,
  nearestName,
  optionTable,
  recordOf,
  required,
  text,
} from '../errors/index.ts'
import { fault } from './client-error.ts'
import type { Client } from './contract.ts'
import { toCookie } from './cookies.ts'
import { createClientOn, type ClientOptions } from './create-client.ts'
import { checkClientOptions } from './check-options.ts'
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
  checkClientOptions(CLIENT_OPTIONS, options, { name: 'createClient', below: createClient })
  const client = createClientOn<TApi>(options.transport ?? sharedTransport(), options, toCookie)
  checkCalls(client as Branch, '')
  return client
}

type Call = (...args: unknown[]) => unknown
interface Branch {
  [name: string]: Branch | (Call & { result: Call })
}

const PLACES = ['params', 'query', 'headers', 'cookies', 'body']
const CALL_OPTIONS = ['signal', 'timeoutMs', 'headers']

/** Makes each call of a client look at the names of its input first: a filter that is misspelt would not be sent. */
function checkCalls(branch: Branch, prefix: string): void {
  for (const [key, node] of Object.entries(branch)) {
    const name = prefix + key
    if (typeof node !== 'function') {
      checkCalls(node, `${name}.`)
      continue
    }
    const checked =
      (call: Call): Call =>
      (...args) => {
        const detail = wrongName(args[0], PLACES, 'input') ?? wrongName(args[1], CALL_OPTIONS, 'options')
        return detail === undefined ? call(...args) : Promise.reject(fault('INPUT', { name, detail }))
      }
    branch[key] = Object.assign(checked(node), { result: checked(node.result) })
  }
}

function wrongName(given: unknown, names: readonly string[], what: string): string | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null) return `the ${what} must be an object.`
  for (const key of Object.keys(given)) {
    if (names.includes(key)) continue
    const near = nearestName(key, names)
    return `there is no '${key}' in the ${what}. ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean '${near}'?`}`
  }
  return undefined
}

/** Options of {@link createClient}. In browsers the compiler alone looks at them: a page would load the reader for nothing. */
const CLIENT_OPTIONS = optionTable<ClientOptions>({
  // Looked at where they are used.
  baseUrl: required(anything('Where the server is.', { what: 'a URL' })),
  manifest: required(anything('Names to methods and paths.', { what: 'a manifest' })),
  transport: callable('How requests are sent.', 'a transport'),
  interceptors: listOf(callable('What stands between call and transport.')),
  headers: either(recordOf(text('Headers of every call.')), callable('Gives them for each.')),
  timeoutMs: milliseconds('Time for a call; 0 for none.', { default: 30_000 }),
  maxResponseBytes: integer('Largest body of an answer.', { default: 33_554_432 }),
  errorFormat: anything("Reads the server's errors."),
})

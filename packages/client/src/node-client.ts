import { describeValue, nearestName, optionProblems } from '@keelson/contract/options'
import { clientError } from './client-error.ts'
import { CALL_OPTIONS } from './call-options.ts'
import { CLIENT_OPTIONS } from './client-options.ts'
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
 * @throws {ClientError} `ERR_CLIENT_OPTION` for options that do not exist or values of another kind
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

/** Makes each call of a client look at its arguments first: a filter that is misspelt would not be sent. */
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
        const detail = inputFault(args[0]) ?? optionFault(args[1], name)
        return detail === undefined ? call(...args) : Promise.reject(clientError('INPUT', { name, detail }))
      }
    branch[key] = Object.assign(checked(node), { result: checked(node.result) })
  }
}

const PLACES = ['params', 'query', 'headers', 'cookies', 'body']

/** Without a table, since it runs for every call. */
function inputFault(input: unknown): string | undefined {
  if (input === undefined) return undefined
  if (typeof input !== 'object' || input === null) return 'the input must be an object.'
  for (const [key, value] of Object.entries(input)) {
    if (!PLACES.includes(key)) return unknownPlace(key)
    if (key === 'body' || value === undefined || isFields(value)) continue
    const found = describeValue(value)
    return found.startsWith('an instance of ')
      ? `${key} must be a plain object, not ${found}. Give Object.fromEntries(…) of it.`
      : `${key} must be an object, not ${found}.`
  }
  return undefined
}

function unknownPlace(key: string): string {
  const near = nearestName(key, PLACES)
  const remedy = near === undefined ? `There are ${PLACES.join(', ')}.` : `Did you mean '${near}'?`
  return `there is no '${key}' in the input. ${remedy}`
}

/** `URLSearchParams`, `Headers` and other iterables have no members with their entries: nothing would be sent. */
function isFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(Symbol.iterator in value)
}

function optionFault(options: unknown, name: string): string | undefined {
  if (options === undefined) return undefined
  const problems = optionProblems(CALL_OPTIONS, options, { name })
  return problems.length === 0
    ? undefined
    : problems.map(({ message, remedy }) => `${message} ${remedy}`).join(' ')
}

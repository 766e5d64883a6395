// What `createClient` takes in Node. In browsers options are checked by the compiler alone: pages do not load the reader of options.
import {
  callable,
  either,
  integer,
  listOf,
  milliseconds,
  ofKind,
  optionTable,
  recordOf,
  required,
  text,
  withMethods,
  type OptionKind,
} from '@keelson/contract/options'
import type { ClientOptions } from './create-client.ts'
import { fetchTransport as plainFetchTransport } from './fetch-transport.ts'
import { frameHeaders } from './frame-headers.ts'
import { fetchTransport, retry } from './node-options.ts'
import { retry as plainRetry } from './retry.ts'
import { undiciTransport } from './undici-transport.ts'

/** Functions that make a transport or an interceptor, and are neither. */
const MAKERS = new Set<unknown>([
  fetchTransport,
  frameHeaders,
  plainFetchTransport,
  plainRetry,
  retry,
  undiciTransport,
])

const isMade = (value: unknown): boolean => typeof value === 'function' && !MAKERS.has(value)

const TRANSPORT: OptionKind = {
  what: 'a transport',
  test: (value) => isMade(value) && value !== globalThis.fetch,
  remedy: (value) => {
    if (value === globalThis.fetch) return 'Write fetchTransport().'
    const isDispatcher = typeof (value as { dispatch?: unknown } | null)?.dispatch === 'function'
    return isDispatcher ? 'Write undiciTransport({ dispatcher }).' : undefined
  },
}

const INTERCEPTOR: OptionKind = { what: 'an interceptor', test: isMade }

const BASE_URL: OptionKind = {
  what: 'a URL as a text',
  test: (value) => typeof value === 'string',
  remedy: (value) => (value instanceof URL ? 'Give its href.' : undefined),
}

const MANIFEST: OptionKind = {
  what: 'a manifest',
  test: (value) => {
    const { version, routes } = value as { readonly version?: unknown; readonly routes?: unknown }
    // Another version has an error of its own, and an unknown shape.
    if (version !== 1) return typeof version === 'number'
    return Object.values(routes as object).every((line) => typeof line === 'string')
  },
  remedy: () => 'Give what toManifest(routes) or `keelson manifest` makes.',
}

/** Options of `createClient`. */
export const CLIENT_OPTIONS = optionTable<ClientOptions>({
  baseUrl: required(ofKind(BASE_URL, 'Where the server is.')),
  manifest: required(ofKind(MANIFEST, 'Names to methods and paths.')),
  transport: ofKind(TRANSPORT, 'How requests are sent.'),
  interceptors: listOf(ofKind(INTERCEPTOR, 'What stands between call and transport.')),
  headers: either(recordOf(text('Headers of every call.')), callable('Gives them for each.')),
  timeoutMs: milliseconds('Time for a call.', { default: 30_000, isZeroOff: true }),
  maxResponseBytes: integer('Largest body of an answer.', { default: 33_554_432 }),
  errorFormat: ofKind(withMethods('an error format', ['read']), "Reads the server's errors."),
})

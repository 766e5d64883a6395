// The functions for browsers with strictly checked options, for Node.
import { callable, flag, integer, listOf, milliseconds, oneOf, optionTable } from '@keelson/contract/options'
import { checkClientOptions } from './check-options.ts'
import { fetchTransport as makeFetchTransport, type FetchOptions } from './fetch-transport.ts'
import { retry as makeRetry, type RetryOptions } from './retry.ts'
import type { Interceptor, Transport } from './transport.ts'

const RETRY_OPTIONS = optionTable<RetryOptions>({
  attempts: integer('Most times a request is sent.', { minimum: 1, default: 3 }),
  statuses: listOf(integer('Statuses that are worth another attempt.')),
  delayMs: milliseconds('Longest wait before the second attempt.', { default: 100 }),
  maxDelayMs: milliseconds('Longest wait.', { default: 5_000 }),
  budgetRatio: { type: 'number', minimum: 0, description: 'Retries for each first attempt.', default: 0.2 },
  budgetSize: { type: 'number', minimum: 0, description: 'Retries that may be saved up.', default: 10 },
  random: callable('From 0 to below 1.'),
  sleep: callable('Waits.'),
})

const FETCH_OPTIONS = optionTable<FetchOptions>({
  fetch: callable('Default: the global fetch.'),
  credentials: oneOf(['omit', 'same-origin', 'include'], 'Whether cookies are sent.'),
  cache: oneOf(
    ['default', 'no-store', 'reload', 'no-cache', 'force-cache'],
    "How the browser's cache serves.",
  ),
  keepalive: flag('Lets the request outlive the page.'),
})

/**
 * Sends a request again when no response came, or one that says "try later". Only where that is harmless: methods that
 * are idempotent (RFC 9110 §9.2.2), or a request with an `idempotency-key`; never a body that is a stream.
 *
 * The wait is random up to a limit that doubles; a `Retry-After` (RFC 9110 §10.2.3) is waited for on top. When the
 * call's time would be up by then, or the budget is spent, the last response stands.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for options that do not exist or values of another kind
 * @example
 * const shop = createClient<Api>({ baseUrl, manifest, interceptors: [retry({ attempts: 4 })] })
 */
export function retry(options: RetryOptions = {}): Interceptor {
  checkClientOptions(RETRY_OPTIONS, options, { name: 'retry', below: retry })
  return makeRetry(options)
}

/**
 * Sends through `fetch`: browsers, edge hosts. Redirects are not followed.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for options that do not exist or values of another kind
 * @example
 * const shop = createClient<Api>({ baseUrl: '/api', manifest, transport: fetchTransport({ credentials: 'include' }) })
 */
export function fetchTransport(options: FetchOptions = {}): Transport {
  checkClientOptions(FETCH_OPTIONS, options, { name: 'fetchTransport', below: fetchTransport })
  return makeFetchTransport(options)
}

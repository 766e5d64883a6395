import { isReplayable } from './body.ts'
import { ClientError } from './client-error.ts'
import { sleep as wait, type Sleep } from './sleep.ts'
import type { ClientRequest, Interceptor, ResponseHeaders } from './transport.ts'

/** Options of {@link retry}. */
export interface RetryOptions {
  /** Most times a request is sent, the first included; default 3. */
  readonly attempts?: number | undefined
  /** Statuses that are worth another attempt; default 429, 502, 503, 504. */
  readonly statuses?: readonly number[] | undefined
  /** Longest wait before the second attempt, ms; doubles with each further one. Default 100. */
  readonly delayMs?: number | undefined
  /** Longest wait, ms, unless the server asks for more; default 5_000. */
  readonly maxDelayMs?: number | undefined
  /** Retries for each first attempt, over time; default 0.2. Keeps retries from overloading a server in trouble. */
  readonly budgetRatio?: number | undefined
  /** Retries that may be saved up, and that are available at the start; default 10. */
  readonly budgetSize?: number | undefined
  /** From 0 to below 1; default `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Default: a timer. `clock.sleep` of a `Clock` fits. */
  readonly sleep?: Sleep | undefined
}

/**
 * Sends a request again when no response came, or one that says "try later". Only where that is harmless: methods that
 * are idempotent (RFC 9110 §9.2.2), or a request with an `idempotency-key`; never a body that is a stream.
 *
 * The wait is random up to a limit that doubles; a `Retry-After` (RFC 9110 §10.2.3) is waited for on top. When the
 * call's time would be up by then, or the budget is spent, the last response stands.
 *
 * @example
 * const shop = createClient<Api>({ baseUrl, manifest, interceptors: [retry({ attempts: 4 })] })
 */
export function retry(options: RetryOptions = {}): Interceptor {
  const { attempts = 3, statuses = [429, 502, 503, 504], delayMs = 100, maxDelayMs = 5_000 } = options
  const { budgetRatio = 0.2, budgetSize = 10, random = Math.random, sleep = wait } = options
  let budget = budgetSize
  return async (request, next) => {
    budget = Math.min(budgetSize, budget + budgetRatio)
    const most = isRepeatable(request) ? attempts : 1
    for (let attempt = 1; ; attempt++) {
      const answer = await next(request).catch(toLostAnswer)
      const isLost = ClientError.is(answer)
      const isWanted = isLost || statuses.includes(answer.status)
      const pauseMs = isWanted
        ? retryAfterMs(answer.headers) + random() * Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1))
        : 0
      const isInTime = performance.now() + pauseMs < request.expiresAt
      if (!isWanted || attempt >= most || budget < 1 || !isInTime) {
        if (isLost) throw answer
        return answer
      }
      budget -= 1
      if (!isLost) answer.discard?.()
      await sleep(pauseMs, request.signal)
    }
  }
}

// RFC 9110 §9.2.2, and QUERY, which is safe; routes have no OPTIONS and TRACE.
function isRepeatable({ method, headers, body }: ClientRequest): boolean {
  return (
    (/^(GET|HEAD|QUERY|PUT|DELETE)$/.test(method) || headers['idempotency-key'] !== undefined) &&
    isReplayable(body)
  )
}

function toLostAnswer(error: unknown): ClientError {
  if (ClientError.is(error) && error.code === 'ERR_CLIENT_NETWORK') return error
  throw error
}

/** Seconds or a date; measured against the server's own clock when it tells it. 0 for none. */
function retryAfterMs(headers: ResponseHeaders): number {
  const value = headers['retry-after']
  if (typeof value !== 'string') return 0
  if (/^\d+$/.test(value)) return +value * 1000
  const now = Date.parse(String(headers['date'])) || Date.now()
  return Math.max(0, Date.parse(value) - now) || 0
}

import type { ResponseHeaders } from './transport.ts'

const kClientError = Symbol.for('keelson.clientError')

/** Arguments of the constructor of {@link ClientError}. */
export interface ClientErrorInit {
  /** The server's code, or one of the client's own: `ERR_CLIENT_…`. */
  readonly code: string
  /** Operation id of the call, `orders.show`; the message begins with it. */
  readonly name?: string | undefined
  /** Status of the response; default 0: there was none. */
  readonly status?: number | undefined
  /** Summary of the kind of error. */
  readonly title: string
  /** Explanation of this occurrence; the message, where it is there. */
  readonly detail?: string | undefined
  /** Details of the server's error, or the body of an unexpected response. */
  readonly details?: unknown
  /** Id of the request in the server's log; default: the header `x-request-id`. */
  readonly requestId?: string | undefined
  /** Headers of the response. */
  readonly headers?: ResponseHeaders | undefined
  /** Whether the server sent the code; default false. */
  readonly isFromServer?: boolean | undefined
  /** What led to it. */
  readonly cause?: unknown
}

/**
 * A call that failed: with an error of the server, or with one of the client's own, `ERR_CLIENT_OPTION`, `ERR_CLIENT_INPUT`,
 * `ERR_CLIENT_NETWORK`, `ERR_CLIENT_TIMEOUT` or `ERR_CLIENT_ANSWER`.
 *
 * `ClientError.is` recognises it by a brand, so that it works across two copies of the package.
 *
 * @example
 * try {
 *   await shop.orders.show({ params: { id } })
 * } catch (error) {
 *   if (ClientError.is(error) && error.status === 404) return undefined
 *   throw error
 * }
 */
export class ClientError extends Error {
  // `declare`: fields would be initialised a second time, and add bytes to every page.
  /** The server's code, or one of the client's own: `ERR_CLIENT_…`. */
  declare readonly code: string
  /** Status of the response; 0 when there was none. */
  declare readonly status: number
  /** Summary of the kind of error. */
  declare readonly title: string
  /** Explanation of this occurrence, if the server sent one. */
  declare readonly detail: string | undefined
  /** Details of the server's error, or the body of an unexpected response. */
  declare readonly details: unknown
  /** Id of the request in the server's log. */
  declare readonly requestId: string | undefined
  /** Whether the server sent the code. */
  declare readonly isFromServer: boolean
  // Private, so that loggers which print all members do not print cookies.
  readonly #headers: ResponseHeaders

  constructor(init: ClientErrorInit) {
    // Member by member: what else an error format reads must not replace `message` or `stack`.
    const { code, name, status = 0, title, detail, details, headers = {}, isFromServer = false } = init
    super((name ? name + ': ' : '') + (detail ?? title), init)
    const id = headers['x-request-id']
    const { requestId = typeof id === 'string' ? id : undefined } = init
    Object.assign(this, {
      name: 'ClientError',
      code,
      status,
      title,
      detail,
      details,
      requestId,
      isFromServer,
    })
    this.#headers = headers
  }

  get [kClientError](): true {
    return true
  }

  /** Headers of the response; empty when there was none. */
  get headers(): ResponseHeaders {
    return this.#headers
  }

  /** For logs: code, status and message only. */
  toJSON(): { code: string; status: number; message: string } {
    return { code: this.code, status: this.status, message: this.message }
  }

  /** Whether a caught value is a ClientError, whichever copy of the package made it. */
  static is(value: unknown): value is ClientError {
    return (Object(value) as { [kClientError]?: unknown })[kClientError] === true
  }
}

type ClientErrorKind = 'OPTION' | 'INPUT' | 'NETWORK' | 'TIMEOUT' | 'ANSWER'

/** Makes an error of the client. Without `detail`, its message is that of the cause. */
export function clientError(
  kind: ClientErrorKind,
  init: Omit<ClientErrorInit, 'code' | 'title'>,
): ClientError {
  const { detail = textOf(init.cause) } = init
  return new ClientError({
    ...init,
    code: 'ERR_CLIENT_' + kind,
    title: 'Client ' + kind.toLowerCase(),
    detail,
  })
}

/** The error for a transport that failed: the signal's reason after an abort, else a network error. */
export function transportError(name: string, signal: AbortSignal, cause: unknown): unknown {
  if (signal.aborted) return signal.reason
  return ClientError.is(cause) ? cause : clientError('NETWORK', { name, cause })
}

/** The message of a thrown value. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

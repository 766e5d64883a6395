import type { ResponseHeaders } from './transport.ts'

const kClientError = Symbol.for('keelson.client-error')

/** Codes of what goes wrong on the caller's side; every other code comes from the server. */
export type ClientErrorCode =
  | 'ERR_CORE_CLIENT_OPTION'
  | 'ERR_CORE_CLIENT_INPUT'
  | 'ERR_CORE_CLIENT_NETWORK'
  | 'ERR_CORE_CLIENT_TIMEOUT'
  | 'ERR_CORE_CLIENT_ANSWER'

/** What a {@link ClientError} is made of. */
export interface ClientErrorInit {
  readonly code: string
  /** Operation id of the call, `orders.show`; begins the message. */
  readonly name?: string | undefined
  /** Status of the answer; default 0, none came. */
  readonly status?: number | undefined
  readonly title: string
  readonly detail?: string | undefined
  readonly details?: unknown
  /** Default: `x-request-id` of the headers. */
  readonly requestId?: string | undefined
  readonly headers?: ResponseHeaders | undefined
  /** Whether the server sent the code; default false. */
  readonly isFromServer?: boolean | undefined
  readonly cause?: unknown
}

/**
 * A call that did not end in its success: the server's error, or one of {@link ClientErrorCode}.
 * Recognised by a brand, so two copies of the package understand each other.
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
  // Declared only: fields would be set twice, and are bytes in every page.
  /** The server's code, or one of {@link ClientErrorCode}. */
  declare readonly code: string
  /** Status of the answer; 0 when none came. */
  declare readonly status: number
  /** Summary of the kind of error. */
  declare readonly title: string
  /** What happened this time, when the server says so. */
  declare readonly detail: string | undefined
  /** What the server's error tells, or the body of an answer that is no error of the server. */
  declare readonly details: unknown
  /** Id of the request in the server's log. */
  declare readonly requestId: string | undefined
  /** Whether the server sent the code. */
  declare readonly isFromServer: boolean
  // Private, so that loggers which print all members do not print cookies.
  readonly #headers: ResponseHeaders

  constructor(init: ClientErrorInit) {
    // By name: what the reader of an error format found besides must not replace `message` or `stack`.
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

  /** Headers of the answer; none when none came. */
  get headers(): ResponseHeaders {
    return this.#headers
  }

  /** For logs: never contains more than code, status and message. */
  toJSON(): { code: string; status: number; message: string } {
    return { code: this.code, status: this.status, message: this.message }
  }

  /** Whether a caught value is a ClientError, whichever copy of the package made it. */
  static is(value: unknown): value is ClientError {
    return (Object(value) as { [kClientError]?: unknown })[kClientError] === true
  }
}

type Fault = 'OPTION' | 'INPUT' | 'NETWORK' | 'TIMEOUT' | 'ANSWER'

/** An error of the caller's side; tells the operation and what happened: without `detail`, what its cause says. */
export function fault(kind: Fault, init: Omit<ClientErrorInit, 'code' | 'title'>): ClientError {
  const { detail = textOf(init.cause) } = init
  return new ClientError({
    ...init,
    code: 'ERR_CORE_CLIENT_' + kind,
    title: 'Client ' + kind.toLowerCase(),
    detail,
  })
}

/** What a failing transport means: the reason of whoever ended the call, or a broken connection. */
export function transportError(name: string, signal: AbortSignal, cause: unknown): unknown {
  if (signal.aborted) return signal.reason
  return ClientError.is(cause) ? cause : fault('NETWORK', { name, cause })
}

/** What a thrown value says. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

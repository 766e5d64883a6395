import type { Socket } from 'node:net'
import { NotImplementedError, type ErrorFormat, type FrameworkError, ignore } from '../../errors/index.ts'
import { newRequestId } from '../../frame/index.ts'
import type { Logger } from '../../log/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import { closeLingering, Connection } from './connection.ts'
import type { Http1Exchange } from './contract.ts'
import {
  isAfterClose,
  isEndOfInput,
  isHeadRequest,
  isParseError,
  renderFailure,
  toRequestError,
  type ParseFailure,
} from './parse-failure.ts'

/** Options for messages that the parser refuses. */
export interface ParseFailureOptions {
  /** Format of the answer to bytes that are not a request. Default: `errorFormat` of the app, else problem details. */
  readonly errorFormat?: ErrorFormat | undefined
  /** Gets a line for each parse error. Default: the log of the app. */
  readonly log?: Logger | undefined
  /** Called with each parse error. */
  readonly onParseError?: ((failure: ParseFailure) => void) | undefined
}

/** Answers input that node's parser refuses, once all requests before it on its connection are answered. */
export class ParseFailures {
  readonly #options: ParseFailureOptions
  readonly #dispatcher: Dispatcher

  constructor(options: ParseFailureOptions, dispatcher: Dispatcher) {
    this.#options = options
    this.#dispatcher = dispatcher
  }

  /** For node's `clientError` event: parse errors, time-outs, and errors of the socket. */
  onClientError(cause: Error, socket: Socket): void {
    const connection = Connection.of(socket)
    if (connection === undefined || socket.destroyed || !isParseError(cause)) {
      socket.destroy()
      return
    }
    if (connection.isLingering && isEndOfInput(cause)) {
      socket.destroy()
      return
    }
    if (connection.isUnserving || isAfterClose(cause)) connection.takeUnserved()
    else this.#onParseFailure(connection, cause)
  }

  #onParseFailure(connection: Connection, cause: Error): void {
    const { last } = connection
    if (last !== undefined && !last.request.complete) this.#failBody(connection, last, cause)
    // A client that has sent nothing gets no answer.
    else if (connection.isSilent) connection.socket.destroy()
    else if (connection.isClosing) connection.takeUnserved()
    else this.#postpone(connection, toRequestError(cause), cause)
  }

  /** For node's `connect` event: CONNECT is for proxies (RFC 9110 §9.3.6). Node has removed its parser from the socket. */
  onConnect(socket: Socket): void {
    socket.on('error', ignore)
    const connection = Connection.of(socket)
    if (connection === undefined) {
      socket.destroy()
      return
    }
    socket.on('data', () => connection.takeUnserved())
    const error = new NotImplementedError('CONNECT is not supported.', { expose: true })
    // It is not served after the request whose answer closes the connection, as no other is.
    if (connection.isClosing) connection.takeUnserved(1)
    else this.#postpone(connection, error, error)
  }

  /** The app has the request, but the rest of its body will not come. */
  #failBody(connection: Connection, exchange: Http1Exchange, cause: Error): void {
    if (exchange.failBody(toRequestError(cause))) return
    // The body has no reader. Either the request is answered, or the client went away.
    if (exchange.state === 'settled' || isEndOfInput(cause)) connection.abandon()
    else connection.takeUnserved()
  }

  #postpone(connection: Connection, error: FrameworkError, cause: Error): void {
    connection.hasParseFailure = true
    const answer = (): void => this.#answer(connection, error, cause)
    if (connection.pending === 0) answer()
    else connection.onAnswered = answer
  }

  #answer({ socket, address }: Connection, error: FrameworkError, cause: Error): void {
    const { requestIdHeader } = this.#dispatcher
    const requestId = this.#dispatcher.newRequestId?.() ?? newRequestId()
    const format = this.#options.errorFormat
    const isHead = isHeadRequest(cause)
    const answer = { requestId, requestIdHeader, format, isHead }
    const { status, message, failure } = renderFailure(error, answer)
    if (failure !== undefined)
      this.#options.log?.error({ err: failure, requestId }, 'The error format failed.')
    if (socket.writable) {
      socket.write(message)
      closeLingering(socket)
    } else socket.destroy()
    this.#report({
      status,
      code: error.code,
      message: error.message,
      requestId,
      remoteAddress: address,
      error: cause,
    })
  }

  #report(failure: ParseFailure): void {
    const { status, code, message, requestId, remoteAddress } = failure
    this.#options.log?.info({ event: 'parse-error', status, code, requestId, remoteAddress }, message)
    try {
      this.#options.onParseError?.(failure)
    } catch (error) {
      this.#options.log?.error({ err: error }, 'The onParseError hook failed.')
    }
  }
}

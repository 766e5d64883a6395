// On the request path: the fields of one request and its answer. Other files have the methods.
import type { Served } from '../../operation/index.ts'
import type { IncomingHeaders, LaidHeaders } from '../../route/index.ts'
import type { ContentCodings } from '../message/content-codings.ts'
import type { ReadForwarding } from '../message/forwarding.ts'
import { HttpExchange } from '../message/http-exchange.ts'
import type {
  AnswerState,
  BodySink,
  Http1Connection,
  Http1Exchange,
  Lending,
  RequestMessage,
  ResponseMessage,
} from './contract.ts'
import type { ResponseSource } from './response-source.ts'

/** The fields of an exchange. The guard sets those that come from target and head. */
export abstract class ExchangeState extends HttpExchange {
  readonly request: RequestMessage
  readonly response: ResponseMessage
  readonly connection: Http1Connection
  readonly method: string
  /** Node emits each request in a callback of its own; see `serveRequests`. */
  readonly isWholeCallback = true
  bodyLength = 0
  awaitsContinue = false
  served: Served | undefined = undefined
  previous: Http1Exchange | undefined
  state: AnswerState = 'open'
  protected lending: Lending = 'own'
  laid: LaidHeaders | undefined = undefined
  /** Limit of the reader that got the body as a stream, bytes; -1 without one. */
  protected readerBytes = -1
  protected sink: BodySink | undefined = undefined
  protected bodyError: Error | undefined = undefined
  wholeHead: readonly string[] | undefined = undefined
  wholeLength = 0
  protected source: ResponseSource | undefined = undefined
  /** Length that the head of a stream promises, bytes; -1 for none. */
  protected promised = -1
  bytes = 0
  /** Why the answer was aborted. */
  protected reason: unknown = undefined
  /** Fails the call of the mounted handler, even after it has returned. */
  protected rejectLent: ((error: unknown) => void) | undefined = undefined

  constructor(request: RequestMessage, response: ResponseMessage, connection: Http1Connection) {
    super()
    this.request = request
    this.response = response
    this.connection = connection
    this.method = request.method as string
    this.previous = connection.last
  }

  protected get peer(): string {
    return this.connection.address
  }

  protected get ownScheme(): string {
    return this.connection.scheme
  }

  protected get ownHost(): string {
    return this.meta('host') ?? 'localhost'
  }

  get codings(): ContentCodings {
    return this.connection.server.codings
  }

  protected get readForwarding(): ReadForwarding | undefined {
    return this.connection.server.readForwarding
  }

  protected get requestIdHeader(): string | undefined {
    return this.connection.server.requestIdHeader
  }

  get switchesTo(): string {
    return ''
  }

  get statusSent(): number | undefined {
    return this.response.headersSent ? this.response.statusCode : undefined
  }

  meta(name: string): string | undefined {
    const lines = this.request.rawHeaders
    let found: string | undefined
    for (let at = 0; at < lines.length; at += 2) {
      if (!isNamed(lines[at] as string, name)) continue
      const value = lines[at + 1] as string
      found = found === undefined ? value : `${found}${isNamed(name, 'cookie') ? '; ' : ', '}${value}`
    }
    return found
  }

  headers(): IncomingHeaders {
    return this.request.headers
  }
}

/** RFC 9110 §5.1: names have no case. Nearly all others have another length: then nothing is made for the comparison. */
function isNamed(written: string, name: string): boolean {
  return written.length === name.length && (written === name || written.toLowerCase() === name.toLowerCase())
}

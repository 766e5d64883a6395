// On the request path: one outcome is made for every answer.
import { InternalError, type DescribedError } from '../errors/index.ts'
import { ResponseHeaders, type Outcome, type Reply } from '../route/index.ts'

/** Runs a function in the asynchronous context in which something was made. */
export type Context = <TResult>(work: () => TResult) => TResult

/** The pipeline's own outcome: one shape for all values. Names with `~` are for the pipeline, which reads without side effects. */
export class PipelineOutcome implements Outcome {
  status: number
  readonly headers: ResponseHeaders
  '~value': unknown
  /** Whether the value was checked by a schema and is sent as JSON, also if it is a string. */
  isJson: boolean
  /** JSON text of the value; `undefined` before it is made, and once the value may have changed. */
  '~text': string | undefined = undefined
  /** Whether there was a JSON text: a text that replaces it keeps the media type, unless another is set. */
  '~wasJson' = false
  /** The asynchronous context in which a stream was made. */
  '~context': Context | undefined = undefined
  /** Set for a rendered error. */
  readonly described: DescribedError | undefined

  // oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
  constructor(
    status: number,
    value: unknown,
    isJson: boolean,
    headers: ResponseHeaders,
    described?: DescribedError,
  ) {
    this.status = status
    this.headers = headers
    this['~value'] = value
    this.isJson = isJson
    this.described = described
  }

  get value(): unknown {
    const value = this['~value']
    // The caller may change an object in place.
    if (typeof value === 'object') this['~text'] = undefined
    return value
  }

  set value(value: unknown) {
    if (typeof value === 'object') this['~text'] = undefined
    if (value === this['~value']) return
    this['~value'] = value
    this['~text'] = undefined
    // A text that middleware sets is sent as it is.
    this.isJson = false
  }

  get json(): string | undefined {
    return this['~text']
  }

  get errorCode(): string | undefined {
    return this.described?.code
  }

  get error(): unknown {
    return this.described?.error
  }
}

/** Copies the headers of a reply. @throws {InternalError} for one that cannot be sent */
export function replyHeaders({ headers }: Reply): ResponseHeaders {
  const list = new ResponseHeaders([])
  if (headers === undefined) return list
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (Array.isArray(value)) for (const line of value as readonly string[]) list.append(name, line)
    else list.append(name, value as string | number)
  }
  return list
}

/** @throws {InternalError} if it is not the status of a final answer (RFC 9110 §15) */
export function checkStatus(status: number): number {
  if (isStatus(status)) return status
  throw new InternalError(
    `The handler answered with status ${status}; a status is an integer from 200 to 599.`,
  )
}

/** Whether a number is the status of a final answer. */
export function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599
}

/** Whether an answer of this status has no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/** Puts the status, headers and body of a `Response` into an outcome. */
export function unpackResponse(outcome: PipelineOutcome, response: Response): void {
  if (response.bodyUsed || response.body?.locked === true)
    throw new InternalError('The Response was read already.')
  outcome.status = checkStatus(response.status)
  for (const [name, value] of response.headers) {
    if (name === 'set-cookie') outcome.headers.append(name, value)
    else outcome.headers.set(name, value)
  }
  outcome['~value'] = response.body ?? undefined
}

// On the request path of answers with a declared media type.
import { Readable } from 'node:stream'
import { essenceOf, InternalError } from '../errors/index.ts'
import { isResponse, type Content, type ContentBody } from '../route/index.ts'
import { isBinary } from './prepare.ts'
import { unpackResponse, type PipelineOutcome } from './pipeline-outcome.ts'

/** Checks an answer against its declared media types. */
export class ContentGuard {
  readonly #essences: readonly string[]
  readonly #type: string
  readonly #textType: string

  constructor({ mediaTypes: [type], essences }: Content) {
    this.#essences = essences
    this.#type = type
    // A text is sent in UTF-8; an event stream always is (HTML Standard §9.2.5).
    const isPlainText = type.startsWith('text/') && !type.includes(';') && type !== 'text/event-stream'
    this.#textType = isPlainText ? `${type}; charset=utf-8` : type
  }

  /**
   * Prepares an outcome that is sent as it is. A `Response` has a status of its own, whose declaration the caller checks next.
   *
   * @throws {InternalError} for a value that cannot be sent as it is, and for another media type
   */
  hold(outcome: PipelineOutcome): void {
    const { '~value': value, headers, status } = outcome
    outcome.isJson = false
    if (!isContentBody(value))
      throw new InternalError(
        `The handler gave ${nameOf(value)} with status ${status}, which its route declares as ${this.#declared}: give a text, bytes, a stream or a Response.`,
      )
    if (typeof value === 'object' && isResponse(value)) {
      unpackResponse(outcome, value)
      if (outcome.status !== status) return
    }
    const own = headers.get('content-type') ?? (value instanceof Blob ? value.type : '')
    if (own === '') headers.set('content-type', typeof value === 'string' ? this.#textType : this.#type)
    else if (this.#essences.includes(essenceOf(own))) headers.set('content-type', own)
    else
      throw new InternalError(
        `The handler answered with '${own}', which its route does not declare: it declares ${this.#declared}.`,
      )
  }

  get #declared(): string {
    return this.#essences.join(', ')
  }
}

function isContentBody(value: unknown): value is ContentBody {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null) return false
  return (
    isBinary(value) ||
    value instanceof Readable ||
    value instanceof Blob ||
    Symbol.asyncIterator in value ||
    isResponse(value)
  )
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}

// On the request path: from what a handler returned to what a transport can write.
import { Readable } from 'node:stream'
import type { ResponseHeaders } from '../routing/index.ts'
import type { ResponseBody } from './contract.ts'
import { checkStatus, isResponse, throwIfError, unpackResponse, type PipelineOutcome } from './outcome.ts'

const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'
const BYTES_TYPE = 'application/octet-stream'

/**
 * Turns the outcome's value into a body and says its media type, unless a header does already.
 *
 * @throws {TypeError} for a value that cannot be sent: a function, a symbol, a cycle, an iterator that is not asynchronous
 * @throws {InternalError} for a status that cannot be
 */
export function toBody(outcome: PipelineOutcome): ResponseBody {
  const { value, headers } = outcome
  // Whatever came before, a transform may have set it.
  checkStatus(outcome.status)
  if (value === undefined) return undefined
  throwIfError(value)
  if (outcome.isJson) return toJson(value, headers)
  if (typeof value === 'string') return typed(headers, TEXT_TYPE, value)
  if (typeof value === 'object' && value !== null) {
    const special = toSpecial(outcome, value)
    if (special !== NOT_SPECIAL) return special
  }
  return toJson(value, headers)
}

const NOT_SPECIAL = Symbol('not special')
/** JSON would make `{}` of it. */
const ITERATOR =
  'A handler returned an iterator or generator: return [...it] for JSON, or Readable.from(it) for a stream.'

function toSpecial(outcome: PipelineOutcome, value: object): ResponseBody | typeof NOT_SPECIAL {
  const { headers } = outcome
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || Array.isArray(value))
    return Symbol.asyncIterator in value ? iterate(headers, value) : NOT_SPECIAL
  if (value instanceof Uint8Array) return typed(headers, BYTES_TYPE, value)
  if (value instanceof ArrayBuffer) return typed(headers, BYTES_TYPE, new Uint8Array(value))
  if (value instanceof Readable) return typed(headers, BYTES_TYPE, value)
  if (Symbol.asyncIterator in value) return iterate(headers, value)
  return toRare(outcome, value)
}

function toRare(outcome: PipelineOutcome, value: object): ResponseBody | typeof NOT_SPECIAL {
  const { headers } = outcome
  if (isResponse(value)) return fromResponse(outcome, value)
  if (value instanceof Blob) return typed(headers, value.type || BYTES_TYPE, value.stream())
  if (Symbol.iterator in value && 'next' in value) throw new TypeError(ITERATOR)
  return NOT_SPECIAL
}

function iterate(headers: ResponseHeaders, value: object): ResponseBody {
  return typed(headers, BYTES_TYPE, value as AsyncIterable<string | Uint8Array>)
}

/** A `Response` that a transform put in place of the value; a handler's was unpacked before. */
function fromResponse(outcome: PipelineOutcome, response: Response): ResponseBody {
  unpackResponse(outcome, response)
  return outcome.value as ResponseBody
}

function toJson(value: unknown, headers: ResponseHeaders): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`A handler returned a ${typeof value}, which cannot be sent.`)
  return typed(headers, JSON_TYPE, text) as string
}

function typed(headers: ResponseHeaders, type: string, body: ResponseBody): ResponseBody {
  if (!headers.has('content-type')) headers.flat.push('content-type', type)
  return body
}

/** What a handler returns to let a foreign handler answer with the transport's own objects; see `mount`. */
export class TakeOver {
  readonly run: (request: unknown, response: unknown) => unknown
  /** Largest body that the handler may be given. */
  readonly maxBodyBytes: number

  constructor(run: (request: unknown, response: unknown) => unknown, maxBodyBytes = Infinity) {
    this.run = run
    this.maxBodyBytes = maxBodyBytes
  }
}

/** Whether a value is sent as it comes rather than as JSON. Plain values are told by their prototype: to name `Response` loads fetch. */
export function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === Array.prototype) return Symbol.asyncIterator in value
  return value instanceof Readable || Symbol.asyncIterator in value || isResponse(value)
}

/** Lets go of a value that will not be sent: a HEAD request, a late result. An iterator that never started is not started. */
export function discardValue(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Readable) value.on('error', ignore).destroy()
  else if (value instanceof ReadableStream) value.cancel().catch(ignore)
  else if (isResponse(value)) discardValue(value.body)
}

function ignore(): void {}

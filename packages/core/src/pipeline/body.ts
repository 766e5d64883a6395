// On the request path: from what a handler returned to what a transport can write.
import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { isAnyArrayBuffer, isSharedArrayBuffer } from 'node:util/types'
import { holdsHeader, type ResponseHeaders } from '../routing/index.ts'
import type { ResponseBody } from './contract.ts'
import { checkStatus, isResponse, checkValue, unpackResponse, type PipelineOutcome } from './outcome.ts'
import { discardStream, ignore } from './stream-value.ts'

const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'
const BYTES_TYPE = 'application/octet-stream'

/** JSON would make `{}` of it. */
const ITERATOR =
  'A handler returned an iterator or generator: return [...it] for JSON, or Readable.from(it) for a stream.'

/**
 * Makes the JSON text of an outcome, where its value goes out as JSON and the text is not there, so that what cannot be
 * sent fails inside the middleware around it. Of a stream it keeps the context in which it was made.
 *
 * @throws {TypeError} for a value that cannot be sent: a function, a symbol, a cycle, a promise, an iterator that is not
 *   asynchronous
 * @throws an error that is the value
 */
export function prepare(outcome: PipelineOutcome): PipelineOutcome {
  const value = outcome['~value']
  if (value === undefined || outcome['~text'] !== undefined) return outcome
  if (outcome.isJson || isJsonValue(value)) {
    outcome['~text'] = toJson(value)
    outcome['~wasJson'] = true
  } else if (typeof value === 'object' && value !== null && needsContext(value)) {
    if (outcome['~context'] !== undefined) return outcome
    outcome['~context'] = AsyncLocalStorage.snapshot()
    // Until it is sent nobody listens, and an error would end the process.
    if (value instanceof Readable) value.on('error', ignore)
  }
  return outcome
}

/** Whether a value that no schema holds goes out as JSON. */
function isJsonValue(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value !== 'string'
  if (value === null) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || Array.isArray(value)) return !(Symbol.asyncIterator in value)
  checkValue(value)
  if (isBinary(value) || needsContext(value) || isResponse(value) || value instanceof Blob) return false
  if (Symbol.iterator in value && 'next' in value) throw new TypeError(ITERATOR)
  return true
}

/** Whether a value is bytes, in whatever form. */
export function isBinary(value: object): value is ArrayBufferView | ArrayBufferLike {
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value)
}

/** The bytes of a value, as a transport takes them; memory that threads share is copied, for it may change meanwhile. */
function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value)
    ? value
    : { buffer: value, byteOffset: 0, byteLength: value.byteLength }
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  return isSharedArrayBuffer(buffer) ? bytes.slice() : bytes
}

/** Whether code of the application runs when the value is sent. */
function needsContext(value: object): boolean {
  return value instanceof Readable || Symbol.asyncIterator in value || value instanceof TakeOver
}

function toJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`A handler returned a ${typeof value}, which cannot be sent.`)
  return text
}

/**
 * Turns the outcome's value into a body and says its media type, unless a header does already.
 *
 * @throws {TypeError} like {@link prepare}
 * @throws {InternalError} for an invalid status
 */
export function toBody(outcome: PipelineOutcome): ResponseBody {
  // Whatever came before, a transform may have set it.
  checkStatus(outcome.status)
  prepare(outcome)
  const { '~value': value, '~text': text, headers } = outcome
  if (text !== undefined) return typed(headers, JSON_TYPE, text)
  if (value === undefined) return undefined
  const type = outcome['~wasJson'] ? JSON_TYPE : undefined
  if (typeof value === 'string') return typed(headers, type ?? TEXT_TYPE, value)
  return toBytes(outcome, value as object, type)
}

function toBytes(outcome: PipelineOutcome, value: object, type: string | undefined): ResponseBody {
  const { headers } = outcome
  if (isBinary(value))
    return typed(headers, type ?? BYTES_TYPE, value instanceof Uint8Array ? value : bytesOf(value))
  if (value instanceof Blob) return typed(headers, value.type || type || BYTES_TYPE, value.stream())
  if (isResponse(value)) {
    // One that a transform put in place of the value; a handler's was unpacked before.
    unpackResponse(outcome, value)
    return outcome['~value'] as ResponseBody
  }
  return typed(headers, type ?? BYTES_TYPE, value as ResponseBody)
}

function typed(headers: ResponseHeaders, type: string, body: ResponseBody): ResponseBody {
  if (!holdsHeader(headers.flat, 'content-type')) headers.flat.push('content-type', type)
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

/** Lets go of a value that will not be sent. */
export function discardValue(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  discardStream(isResponse(value) ? value.body : value)
}

/** What is left of a body for HEAD: its length (RFC 9110 §9.3.2). */
export function dropBody({ headers, status }: PipelineOutcome, body: ResponseBody): undefined {
  if (typeof body === 'string' || body instanceof Uint8Array)
    headers.set('content-length', Buffer.byteLength(body))
  else if (body !== undefined) discardValue(body)
  else if (status !== 204 && status !== 304 && !headers.has('content-length'))
    headers.set('content-length', 0)
}

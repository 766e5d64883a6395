// On the request path: the outcome becomes the content of an HTTP message. Once for all transports.
import { isSharedArrayBuffer } from 'node:util/types'
import {
  checkStatus,
  isBinary,
  prepare,
  unpackResponse,
  type Payload,
  type PipelineOutcome,
} from '../../operation/index.ts'
import { holdsHeader, isResponse, type ResponseHeaders } from '../../route/index.ts'

const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'
const BYTES_TYPE = 'application/octet-stream'

/**
 * Turns the outcome's value into a body and sets its media type, unless a header does already.
 *
 * @throws {TypeError} like {@link prepare}
 * @throws {InternalError} for an invalid status
 */
export function encode(outcome: PipelineOutcome): Payload {
  // Checked again: a transform may have set it.
  checkStatus(outcome.status)
  prepare(outcome)
  const { '~value': value, '~text': text, headers } = outcome
  if (text !== undefined) return typed(headers, JSON_TYPE, text)
  if (value === undefined) return undefined
  const type = outcome['~wasJson'] ? JSON_TYPE : undefined
  if (typeof value === 'string') return typed(headers, type ?? TEXT_TYPE, value)
  return toBytes(outcome, value as object, type)
}

function toBytes(outcome: PipelineOutcome, value: object, type: string | undefined): Payload {
  const { headers } = outcome
  if (isBinary(value))
    return typed(headers, type ?? BYTES_TYPE, value instanceof Uint8Array ? value : bytesOf(value))
  if (value instanceof Blob) return typed(headers, value.type || type || BYTES_TYPE, value.stream())
  if (isResponse(value)) {
    // Set by a transform; a Response that a handler returns was unpacked before.
    unpackResponse(outcome, value)
    return outcome['~value'] as Payload
  }
  return typed(headers, type ?? BYTES_TYPE, value as Payload)
}

function typed(headers: ResponseHeaders, type: string, body: Payload): Payload {
  if (!holdsHeader(headers.flat, 'content-type')) headers.flat.push('content-type', type)
  return body
}

/** The bytes of a value for a transport; memory that threads share is copied, since it may change meanwhile. */
function bytesOf(value: ArrayBufferView | ArrayBufferLike): Uint8Array {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value)
    ? value
    : { buffer: value, byteOffset: 0, byteLength: value.byteLength }
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  return isSharedArrayBuffer(buffer) ? bytes.slice() : bytes
}

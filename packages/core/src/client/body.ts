import { isJson } from '../errors/media-type.ts'
import type { RequestBody } from './transport.ts'

/**
 * Makes a body of the given media type out of a value: bytes, blobs, forms and streams pass as they are, and so does a
 * string where the media type is not JSON.
 *
 * @param headers - gets a `content-type` where it has none; a `FormData` gets its own from the transport
 */
export function toRequestBody(
  value: unknown,
  mediaType: string,
  headers: Record<string, string>,
): RequestBody | undefined {
  if (value === undefined) return undefined
  if (value instanceof FormData) return value
  const isForm = value instanceof URLSearchParams
  const type = isForm
    ? 'application/x-www-form-urlencoded'
    : (value instanceof Blob && value.type) || mediaType
  headers['content-type'] ??= type
  if (isForm) return '' + value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  const isText = typeof value === 'string' && !isJson(headers['content-type'])
  return isText || isRaw(value) ? (value as RequestBody) : toJson(value)
}

function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new TypeError(`${typeof value}s cannot be written as text.`)
  return json
}

function isRaw(value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof Blob ||
    value instanceof ReadableStream ||
    Symbol.asyncIterator in Object(value)
  )
}

/** Whether a body can be sent a second time. */
export function isReplayable(body: RequestBody | undefined): boolean {
  return (
    typeof body !== 'object' || ArrayBuffer.isView(body) || body instanceof Blob || body instanceof FormData
  )
}

import { isJson } from '@keelson/contract'
import type { RequestBody } from './transport.ts'
import { toPairs, type Fields } from './url.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded'
/** Media types that hold a text, bytes, or any other value. */
const TEXT = /^text\/|[/+](xml|yaml)/
const BYTES = /^(?!text\/|.*(json|-urlencoded)\b)/
const VALUE = /[/+]json\b|-urlencoded\b/

/**
 * Makes a body out of a value, in the first of the media types that can hold it, or in that of the headers. Bytes, blobs,
 * multipart forms and streams pass as they are, and so does a string where the media type is not JSON; in that of HTML forms
 * other values are written field by field.
 *
 * @param headers - gets a `content-type` where it has none; a `FormData` gets its own from the transport
 */
export function toRequestBody(
  value: unknown,
  mediaTypes: readonly string[],
  headers: Record<string, string>,
): RequestBody | undefined {
  if (value === undefined) return undefined
  if (value instanceof FormData) return value
  const type = (headers['content-type'] ??= typeFor(value, mediaTypes))
  if (value instanceof URLSearchParams) return '' + value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if ((typeof value === 'string' && !isJson(type)) || isRaw(value)) return value as RequestBody
  return type.startsWith(FORM_TYPE) ? toPairs(value as Fields, 'body') : toJson(value)
}

function typeFor(value: unknown, mediaTypes: readonly string[]): string {
  if (value instanceof URLSearchParams) return FORM_TYPE
  if (value instanceof Blob && value.type) return value.type
  const kind = typeof value === 'string' ? TEXT : isRaw(value) ? BYTES : VALUE
  return mediaTypes.find((one) => kind.test(one)) ?? (mediaTypes[0] as string)
}

function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new TypeError(`${typeof value}s cannot be written as text.`)
  return json
}

function isRaw(value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
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

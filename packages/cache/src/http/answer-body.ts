import type { Outcome } from '@keelson/core'

/** The content of an outcome, and its media type where no header says it. */
export interface AnswerBody {
  readonly bytes: Uint8Array | undefined
  readonly mediaType: string | undefined
}

// Not by Buffer, whose small ones are parts of 8 KiB that they would keep.
const ENCODER = new TextEncoder()

/**
 * The bytes of an outcome as they are sent; of JSON the text that was made and filtered by the response schema.
 *
 * @returns undefined for a stream, and for what only a transport can write
 */
export function bodyOf(outcome: Outcome): AnswerBody | undefined {
  const { json } = outcome
  if (json !== undefined) return { bytes: ENCODER.encode(json), mediaType: 'application/json' }
  const { value } = outcome
  if (value === undefined) return { bytes: undefined, mediaType: undefined }
  if (typeof value === 'string')
    return { bytes: ENCODER.encode(value), mediaType: 'text/plain; charset=utf-8' }
  // A copy: these bytes belong to the handler.
  if (value instanceof Uint8Array)
    return { bytes: new Uint8Array(value), mediaType: 'application/octet-stream' }
  return undefined
}

// A file of its own: an editor that has a client reads it, and nothing of schemas.

/** What a route takes that reads the bytes itself: sent as it is. */
export type UploadBody =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>

// In a file of its own, so that an editor loads it for a client without the types of schemas.

/** What a route that reads the bytes itself takes: sent as it is. */
export type UploadBody =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>

/** The definition of a content coding. */
export interface ContentCodingDefinition {
  /**
   * Decodes a body chunk by chunk. An error that it throws is answered 400; an error of the encoded body is passed on as it is.
   *
   * @param encoded - the body as it arrives; need not be read to its end
   */
  readonly decode: (encoded: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}

/** A coding of request bodies that an app decodes (RFC 9110 §8.4.1). Made by `contentCoding`. */
export interface ContentCoding extends ContentCodingDefinition {
  readonly '~internal': 'content-coding'
  /** Lower case. */
  readonly name: string
}

/** Whether a value was made by `contentCoding`. */
export function isContentCoding(value: unknown): value is ContentCoding {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<ContentCoding>)['~internal'] === 'content-coding'
  )
}

/** What a content coding is made of. */
export interface ContentCodingDefinition {
  /**
   * Decodes a body bit by bit. What it throws is a 400; what the body itself is broken off with comes through it.
   *
   * @param encoded - the body as it arrives; may be read only as far as it is needed
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

/**
 * Where a validated value came from. `config` is the process environment, `value` what code gave to a `validator`, the others
 * are parts of a request.
 */
export type Place = 'params' | 'query' | 'headers' | 'cookies' | 'body' | 'config' | 'value'

/**
 * What a text for the code of a violation needs, in any language. Only what the schema says, or a position: never the value
 * that was sent.
 */
export interface ViolationParameters {
  /** Of `minLength`, `maxLength`, `minItems`, `minimum`, `exclusiveMaximum`, `maxFields`…: the bound; a large integer or a date as text. */
  readonly limit?: number | string
  /** Of `type`: the JSON type that the schema wants, or a list of which any is accepted. */
  readonly type?: string | readonly string[]
  /** Of `format`. */
  readonly format?: string
  /** Of `pattern`. */
  readonly pattern?: string
  /** Of `enum`, `const` and `discriminator`: the values that are allowed, the first 20 of them. */
  readonly allowed?: readonly unknown[]
  /** Of `multipleOf`. */
  readonly multipleOf?: number | string
  /** Of `dependentRequired`: the property that requires this one. */
  readonly property?: string
  /** Of text that cannot be read: where, zero-based, in characters; in bytes if it is not UTF-8. */
  readonly position?: number
}

/**
 * One thing that is wrong with a value, and where. `code` and the parameters are for programs, such as one that translates.
 *
 * @example
 * const one: Violation = { in: 'body', pointer: '/name', code: 'minLength', limit: 3, message: 'must NOT have fewer than 3 characters' }
 */
export interface Violation extends ViolationParameters {
  /** Place of the value; of a response, `response` for its body or the details of an error, `headers` for its headers. */
  readonly in: Place | 'response'
  /** JSON Pointer (RFC 6901) to the invalid member: `/items/0/price`; `''` is the whole value. */
  readonly pointer: string
  /** What the schema wants, without its subject: `must be >= 0`. Never holds the value that was sent. */
  readonly message: string
  /**
   * The schema keyword that was violated (`minimum`, `required`), or the code of another validator; `repeated` for a key
   * that is given twice and may be given once; `encoding` and `maxFields` of a query, and the codes of malformed JSON.
   */
  readonly code: string
}

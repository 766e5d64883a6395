import { ValidationError, validator, type SchemaLike, type SchemaValidator } from '@keelson/core'
import { CacheValueError, type Serializer } from '../contract/index.ts'
import { assertJson, deepFreeze, freezePlain } from './json-value.ts'

/** A value that can be stored. */
export interface MadeValue {
  /** What the memory of the process keeps: the frozen value, or the payload where each reader gets a copy. */
  readonly held: unknown
  readonly payload: Uint8Array
}

/** Settings of {@link ValueCodec}. */
export interface CodecSettings {
  /** Name of the namespace. */
  readonly name: string
  readonly schema: SchemaLike | undefined
  readonly serializer: Serializer | undefined
  readonly reads: 'frozen' | 'copied'
}

/** What values of a namespace are, in memory and as bytes. */
export class ValueCodec {
  readonly #name: string
  readonly #schema: SchemaValidator<unknown> | undefined
  readonly #serializer: Serializer | undefined
  readonly #isCopied: boolean
  /** Whether null is a value like others. */
  readonly takesNull: boolean

  constructor({ name, schema, serializer, reads }: CodecSettings) {
    this.#name = name
    this.#schema = schema === undefined ? undefined : validator(schema, { unknown: 'ignore' })
    this.#serializer = serializer
    this.#isCopied = reads === 'copied'
    this.takesNull = this.#schema !== undefined && this.#schema.check(null).length === 0
  }

  /**
   * @param isOurs - whether nobody else has the value: it is frozen then, else a copy of it
   * @throws {CacheValueError} for what cannot be stored
   */
  make(value: unknown, isOurs: boolean): MadeValue {
    const checked = this.#checked(value)
    const payload = this.#toBytes(checked)
    if (this.#isCopied) return { held: payload, payload }
    const held = isOurs ? checked : this.#toValue(payload)
    this.#freeze(held)
    return { held, payload }
  }

  /**
   * What memory keeps of bytes that were stored, perhaps by another version of the program.
   *
   * @throws what is wrong with them
   */
  fromStored(payload: Uint8Array): unknown {
    const value = this.#checked(this.#toValue(payload))
    if (this.#isCopied) return payload
    this.#freeze(value)
    return value
  }

  /** What a reader gets of what memory holds. */
  read(held: unknown): unknown {
    if (!this.#isCopied) return held
    const payload = held as Uint8Array
    // What a serializer makes may lie in the bytes that it was given, as the views of node:v8 do.
    return this.#checked(this.#toValue(this.#serializer === undefined ? payload : new Uint8Array(payload)))
  }

  #freeze(value: unknown): void {
    if (this.#serializer === undefined) deepFreeze(value)
    else freezePlain(value)
  }

  #checked(value: unknown): unknown {
    if (this.#schema === undefined) return value
    try {
      return this.#schema.parse(value)
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      const all = error.violations.map(
        ({ pointer, message }) => `${pointer === '' ? '/' : pointer} ${message}`,
      )
      throw new CacheValueError({
        message: `A value of '${this.#name}' does not fit its schema: ${all.join('; ')}.`,
        cause: error,
      })
    }
  }

  #toBytes(value: unknown): Uint8Array {
    if (this.#serializer === undefined) {
      assertJson(value, this.#name)
      return Buffer.from(JSON.stringify(value))
    }
    const written = this.#serializer.serialize(value)
    if (typeof written === 'string') return Buffer.from(written)
    if (written instanceof Uint8Array) return written
    throw new CacheValueError({
      message: `The serializer of '${this.#name}' gave neither a text nor bytes. Return one of them, not a promise.`,
    })
  }

  #toValue(payload: Uint8Array): unknown {
    if (this.#serializer !== undefined) return this.#serializer.deserialize(payload)
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString())
  }
}

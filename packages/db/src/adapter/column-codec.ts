import { Buffer } from 'node:buffer'
import type { ColumnFacts } from '../table/index.ts'
import type { Codec, DriverValue } from './contract.ts'

/** Passes values on as they are: the cheapest. */
export const PLAIN: Codec = Object.freeze<Codec>({ encode: undefined, decode: undefined })

/** Bytes, which code has as base64url and drivers as bytes. */
export const BYTES: Codec = Object.freeze<Codec>({
  encode: (value) => Buffer.from(value as string, 'base64url'),
  decode: toBase64Url,
})

/** Values of JSON that drivers take and give as text. */
export const JSON_TEXT: Codec = Object.freeze<Codec>({
  encode: (value) => JSON.stringify(value),
  decode: (value) => JSON.parse(value as string) as unknown,
})

/** Booleans of systems that have 0 and 1. */
export const ZERO_OR_ONE: Codec = Object.freeze<Codec>({
  encode: (value): DriverValue => (value === true ? 1 : 0),
  decode: (value) => Number(value) !== 0,
})

/** Whole numbers that drivers may give as text. */
export const SAFE_NUMBER: Codec = Object.freeze<Codec>({ encode: undefined, decode: Number })

/** Numbers that code has as text and drivers may give as numbers. */
export const NUMBER_TEXT: Codec = Object.freeze<Codec>({ encode: undefined, decode: String })

/** The bytes that a driver gives, as base64url without copying them. */
function toBase64Url(value: unknown): string {
  const { buffer, byteOffset, byteLength } = value as Uint8Array
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64url')
}

/** Adds what a column asks for in JavaScript: a `Date`, a `bigint`. */
export function asAsked({ as }: ColumnFacts, codec: Codec): Codec {
  if (as === undefined) return codec
  const { encode, decode } = codec
  const last = as === 'Date' ? toDate : toBigInt
  return { encode, decode: decode === undefined ? last : (value) => last(decode(value)) }
}

function toDate(value: unknown): Date {
  return new Date(value as string)
}

function toBigInt(value: unknown): bigint {
  return BigInt(value as string)
}

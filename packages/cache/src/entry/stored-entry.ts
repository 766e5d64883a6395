// The bytes of an entry in the shared store: a version, flags, a header of JSON with its length before it, the payload.
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

const VERSION = 1
const COMPRESSED = 1
/** Version, flags, length of the header. */
const PREFIX_BYTES = 6
/** Nothing that we wrote is larger: a damaged or hostile entry does not fill the memory. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024

/** What an entry says of itself. */
export interface EntryHeader {
  /** When it was stored, ms since 1970. */
  readonly at: number
  readonly ttlMs: number
  readonly graceMs: number
  /** Each tag with the stamp that it had before the value was computed. */
  readonly tags: readonly (readonly [tag: string, stamp: string])[]
  /** For a factory that had nothing to give. */
  readonly empty?: 'undefined' | 'null' | undefined
}

/** An entry whose payload was not looked at. */
export interface StoredEntry {
  readonly header: EntryHeader
  readonly isCompressed: boolean
  readonly payload: Uint8Array
}

/** @param compressAboveBytes - of the payload; what does not become smaller stays as it is */
export async function encodeEntry(
  header: EntryHeader,
  payload: Uint8Array,
  compressAboveBytes: number,
): Promise<Uint8Array> {
  const packed = payload.byteLength > compressAboveBytes ? await deflate(payload, { level: 1 }) : undefined
  const isCompressed = packed !== undefined && packed.byteLength < payload.byteLength
  const head = Buffer.from(JSON.stringify(header))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt8(VERSION, 0)
  prefix.writeUInt8(isCompressed ? COMPRESSED : 0, 1)
  prefix.writeUInt32BE(head.byteLength, 2)
  return Buffer.concat([prefix, head, isCompressed ? packed : payload])
}

/** @returns undefined for bytes of another format */
export function decodeEntry(stored: Uint8Array): StoredEntry | undefined {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  if (bytes.byteLength < PREFIX_BYTES || bytes[0] !== VERSION) return undefined
  const end = PREFIX_BYTES + bytes.readUInt32BE(2)
  if (end > bytes.byteLength) return undefined
  const header = toHeader(bytes.toString('utf8', PREFIX_BYTES, end))
  if (header === undefined) return undefined
  return { header, isCompressed: (Number(bytes[1]) & COMPRESSED) !== 0, payload: bytes.subarray(end) }
}

/** @throws for damaged bytes */
export async function payloadOf({ isCompressed, payload }: StoredEntry): Promise<Uint8Array> {
  return isCompressed ? inflate(payload, { maxOutputLength: MAX_INFLATED_BYTES }) : payload
}

function toHeader(text: string): EntryHeader | undefined {
  try {
    const read = JSON.parse(text) as EntryHeader
    const isOne = [read.at, read.ttlMs, read.graceMs].every(Number.isFinite) && Array.isArray(read.tags)
    return isOne ? read : undefined
  } catch {
    return undefined
  }
}

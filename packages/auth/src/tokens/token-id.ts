// The id of an access token, `jti`: 16 bytes, of which the first six are the time in milliseconds, since `iat` knows seconds alone, and the
// others are random.
import { randomBytes } from 'node:crypto'

const TIME_BYTES = 6

/** A new id. */
export function newTokenId(now: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, TIME_BYTES)
  return bytes.toString('base64url')
}

/** When it was made, ms since 1970. */
export function timeOfTokenId(id: string): number {
  const bytes = Buffer.from(id, 'base64url')
  return bytes.byteLength < TIME_BYTES ? 0 : bytes.readUIntBE(0, TIME_BYTES)
}

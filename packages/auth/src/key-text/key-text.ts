// The text of a key: <prefix>_<id>_<secret><checksum>. Scanners that look for lost secrets know it by prefix and checksum, without asking
// anybody; so do we, before a store is asked.
import { hash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const KEY_ID_LENGTH = 12
/** 62^43 is more than 2^256. */
const SECRET_LENGTH = 43
/** 62^6 is more than 2^32. */
const CHECKSUM_LENGTH = 6
const REST = new RegExp(`^_([0-9A-Za-z]{${KEY_ID_LENGTH}})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`)
const REST_LENGTH = KEY_ID_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH + 2

/** A new key. */
export function newKeyText(prefix: string): { readonly id: string; readonly text: string } {
  const id = randomDigits(KEY_ID_LENGTH)
  return { id, text: newSecretOf(prefix, id) }
}

/** Another key of an id, with a new secret. */
export function newSecretOf(prefix: string, id: string): string {
  const body = `${prefix}_${id}_${randomDigits(SECRET_LENGTH)}`
  return body + checksumOf(body)
}

/** The id in a key; `undefined` for a text that was never a key, whatever its length. */
export function idOfKey(prefix: string, text: string): string | undefined {
  if (text.length !== prefix.length + REST_LENGTH || !text.startsWith(prefix)) return undefined
  const [, id] = REST.exec(text.slice(prefix.length)) ?? []
  const body = text.slice(0, -CHECKSUM_LENGTH)
  return id !== undefined && checksumOf(body) === text.slice(-CHECKSUM_LENGTH) ? id : undefined
}

/** What a store keeps. */
export function hashOfKey(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** CRC-32 (that of zlib, RFC 1952 §8) in base 62. It finds slips, and is not a secret. */
function checksumOf(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let at = 0; at < CHECKSUM_LENGTH; at++) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits
    rest = Math.floor(rest / DIGITS.length)
  }
  return digits
}

function randomDigits(length: number): string {
  return Array.from({ length }, () => DIGITS.charAt(randomInt(DIGITS.length))).join('')
}

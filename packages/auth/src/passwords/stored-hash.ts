import { timingSafeEqual } from 'node:crypto'
import { PasswordHashError } from './errors.ts'

/** A stored hash that was read. */
export interface StoredHash {
  /** Algorithm and parameters: `argon2id m=19456,t=2,p=1`. */
  readonly kind: string
  /** Whether it is the hash of this text. */
  readonly matches: (text: string) => Promise<boolean>
}

/** A digest of fewer bytes would let wrong passwords pass. */
const MIN_DIGEST_BYTES = 16
const MAX_DIGEST_BYTES = 128

/** Whether the digest that `make` gives is the stored one, in constant time. */
export async function isSameDigest(
  stored: Buffer,
  make: (bytes: number) => Promise<Uint8Array>,
): Promise<boolean> {
  const made = await make(stored.byteLength)
  return made.byteLength === stored.byteLength && timingSafeEqual(made, stored)
}

/** The refusal of a hash that cannot be read; it has nothing of the hash but what `about` says. */
export function unreadable(about: string, remedy: string): InstanceType<typeof PasswordHashError> {
  return new PasswordHashError({ message: `${about} ${remedy}` })
}

/** Checks a digest, and its parameters against their largest values: a hash that asks for hours of work is not made. */
export function assertBounds(
  kind: string,
  digest: Buffer,
  parameters: readonly (readonly [value: number, max: number])[],
): void {
  const isSize = digest.byteLength >= MIN_DIGEST_BYTES && digest.byteLength <= MAX_DIGEST_BYTES
  if (!isSize)
    throw unreadable(
      `A stored ${kind} hash has a digest of ${digest.byteLength} bytes.`,
      `It must have ${MIN_DIGEST_BYTES} to ${MAX_DIGEST_BYTES}: let the user choose a new password.`,
    )
  for (const [value, max] of parameters)
    if (!Number.isSafeInteger(value) || value < 1 || value > max)
      throw unreadable(
        `A stored ${kind} hash has a parameter ${value}, and the largest is ${max}.`,
        'Let the user choose a new password.',
      )
}

/** Checks what all parameters cost together: each may be within its bounds, and their product take minutes. */
export function assertWork(kind: string, work: number, max: number): void {
  if (work > max)
    throw unreadable(
      `A stored ${kind} hash has parameters that cost ${work} together, and the largest cost is ${max}.`,
      'Let the user choose a new password.',
    )
}

/**
 * Parameters of a PHC string, `m=19456,t=2,p=1`, in any order.
 *
 * @throws {PasswordHashError} for one that stands there twice, of which others may take the first
 */
export function parametersOf(text: string): Readonly<Record<string, number>> {
  const found = new Map<string, number>()
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=')
    if (found.has(name))
      throw unreadable(
        `A stored hash has the parameter ${name} twice.`,
        'Let the user choose a new password.',
      )
    found.set(name, Number(value))
  }
  return Object.fromEntries(found)
}

/** Base64 of any alphabet: of RFC 4648, with or without padding, and that of passlib, which has `.` for `+`. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

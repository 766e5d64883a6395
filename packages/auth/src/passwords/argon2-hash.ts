// argon2 as PHC strings: $argon2id$v=19$m=19456,t=2,p=1$<salt>$<digest>
import { randomBytes } from 'node:crypto'
import type { Argon2 } from './argon2.ts'
import {
  assertBounds,
  assertWork,
  fromBase64,
  isSameDigest,
  parametersOf,
  unreadable,
  type StoredHash,
} from './stored-hash.ts'

/** What new hashes cost. */
export interface Argon2Cost {
  readonly memoryKiB: number
  readonly passes: number
}

const SALT_BYTES = 16
const DIGEST_BYTES = 32
const MAX_MEMORY_KIB = 1_048_576
const MAX_PASSES = 64
const MAX_LANES = 16
/** 1 GiB and 4 passes, seconds of work. */
const MAX_WORK_KIB = 4 * MAX_MEMORY_KIB
/** RFC 9106 §3.1: of memory, for each lane; and of salt, in its reference implementation. */
const MIN_LANE_KIB = 8
const MIN_SALT_BYTES = 8
const PHC = /^\$(argon2(?:id|i|d))\$(?:v=(\d+)\$)?([a-z]=\d+(?:,[a-z]=\d+)*)\$([^$]+)\$([^$]+)$/

/** A hash of a text. */
export async function hashByArgon2(text: string, cost: Argon2Cost, argon2: Argon2): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const digest = await argon2({
    algorithm: 'argon2id',
    message: Buffer.from(text),
    salt,
    ...cost,
    lanes: 1,
    bytes: DIGEST_BYTES,
  })
  return toPhc(cost, salt, digest)
}

/** A hash that no text has, which takes as long to find out as with any other. */
export function hashOfNobody(cost: Argon2Cost): string {
  return toPhc(cost, randomBytes(SALT_BYTES), randomBytes(DIGEST_BYTES))
}

/** The `kind` of hashes of this cost. */
export function kindOf({ memoryKiB, passes }: Argon2Cost, lanes = 1, algorithm = 'argon2id'): string {
  return `${algorithm} m=${memoryKiB},t=${passes},p=${lanes}`
}

/** Reads an argon2 hash; Django has a word before it. */
export function tryParseArgon2(stored: string, argon2: Argon2): StoredHash | undefined {
  const match = PHC.exec(stored.replace(/^argon2\$/, '$'))
  if (match === null) return undefined
  const [, name, version, parameters = '', salt = '', digest = ''] = match
  if (version !== '19')
    throw unreadable(
      `A stored argon2 hash is of version ${version ?? 16}, and 19 alone is read.`,
      'Let the user choose a new password.',
    )
  const { m: memoryKiB = 0, t: passes = 0, p: lanes = 0 } = parametersOf(parameters)
  const expected = fromBase64(digest)
  assertBounds('argon2', expected, [
    [memoryKiB, MAX_MEMORY_KIB],
    [passes, MAX_PASSES],
    [lanes, MAX_LANES],
  ])
  assertWork('argon2', memoryKiB * passes, MAX_WORK_KIB)
  const algorithm = name as 'argon2id'
  const work = { algorithm, salt: fromBase64(salt), memoryKiB, passes, lanes }
  assertEnough(work)
  return {
    kind: kindOf({ memoryKiB, passes }, lanes, algorithm),
    matches: (text) =>
      isSameDigest(expected, (bytes) => argon2({ ...work, message: Buffer.from(text), bytes })),
  }
}

/** Less than argon2 itself takes. */
function assertEnough(work: {
  readonly salt: Buffer
  readonly memoryKiB: number
  readonly lanes: number
}): void {
  const remedy = 'Let the user choose a new password.'
  const { salt, memoryKiB, lanes } = work
  if (memoryKiB < MIN_LANE_KIB * lanes)
    throw unreadable(
      `A stored argon2 hash has ${memoryKiB} KiB of memory for ${lanes} lanes, and each needs ${MIN_LANE_KIB}.`,
      remedy,
    )
  if (salt.byteLength < MIN_SALT_BYTES)
    throw unreadable(
      `A stored argon2 hash has a salt of ${salt.byteLength} bytes, fewer than ${MIN_SALT_BYTES}.`,
      remedy,
    )
}

function toPhc({ memoryKiB, passes }: Argon2Cost, salt: Uint8Array, digest: Uint8Array): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${unpadded(salt)}$${unpadded(digest)}`
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

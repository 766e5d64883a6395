// scrypt (RFC 7914) as others store it.
import { scrypt } from 'node:crypto'
import {
  assertBounds,
  assertWork,
  fromBase64,
  isSameDigest,
  parametersOf,
  unreadable,
  type StoredHash,
} from './stored-hash.ts'

interface ScryptHash {
  readonly cost: number
  readonly blockSize: number
  readonly lanes: number
  readonly salt: Buffer
  readonly digest: Buffer
}

const MAX_COST = 2 ** 20
const MAX_BLOCK_SIZE = 32
const MAX_LANES = 16
const MAX_MEMORY = 512 * 1024 * 1024
/** Bytes that are written, one lane after the other: seconds of work. */
const MAX_WORK = 4 * MAX_MEMORY

/** `$scrypt$ln=17,r=8,p=1$<salt>$<digest>` of PHC and passlib; others write `n=131072`. */
const PHC = /^\$scrypt\$([a-z]+=\d+(?:,[a-z]+=\d+)*)\$([^$]+)\$([^$]+)$/
/** `scrypt$16384$<salt>$8$1$<digest>` of Django. */
const DJANGO = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/
/** `scrypt:32768:8:1$<salt>$<digest as hex>` of Werkzeug. */
const WERKZEUG = /^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$([0-9a-f]+)$/

/** Reads a scrypt hash. */
export function tryParseScrypt(stored: string): StoredHash | undefined {
  const hash = ofPhc(stored) ?? ofDjango(stored) ?? ofWerkzeug(stored)
  if (hash === undefined) return undefined
  const { cost, blockSize, lanes, salt, digest } = hash
  assertBounds('scrypt', digest, [
    [cost, MAX_COST],
    [blockSize, MAX_BLOCK_SIZE],
    [lanes, MAX_LANES],
    [128 * cost * blockSize, MAX_MEMORY],
  ])
  assertWork('scrypt', 128 * cost * blockSize * lanes, MAX_WORK)
  if (cost < 2 || (cost & (cost - 1)) !== 0)
    throw unreadable(
      `A stored scrypt hash has a cost of ${cost}, not a power of 2.`,
      'Let the user choose a new password.',
    )
  const options = { cost, blockSize, parallelization: lanes, maxmem: MAX_MEMORY + 256 * cost }
  return {
    kind: `scrypt n=${cost},r=${blockSize},p=${lanes}`,
    matches: (text) =>
      isSameDigest(
        digest,
        (bytes) =>
          new Promise((resolve, reject) =>
            scrypt(text, salt, bytes, options, (error, made) =>
              error === null ? resolve(made) : reject(error),
            ),
          ),
      ),
  }
}

function ofPhc(stored: string): ScryptHash | undefined {
  const match = PHC.exec(stored)
  if (match === null) return undefined
  const { ln, n, r = 0, p = 0 } = parametersOf(match[1]!)
  const cost = ln === undefined ? (n ?? 0) : 2 ** ln
  return { cost, blockSize: r, lanes: p, salt: fromBase64(match[2]!), digest: fromBase64(match[3]!) }
}

function ofDjango(stored: string): ScryptHash | undefined {
  const match = DJANGO.exec(stored)
  if (match === null) return undefined
  const [, cost, salt, blockSize, lanes, digest] = match as unknown as string[]
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    lanes: Number(lanes),
    salt: Buffer.from(salt!),
    digest: fromBase64(digest!),
  }
}

function ofWerkzeug(stored: string): ScryptHash | undefined {
  const match = WERKZEUG.exec(stored)
  if (match === null) return undefined
  const [, cost, blockSize, lanes, salt, digest] = match as unknown as string[]
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    lanes: Number(lanes),
    salt: Buffer.from(salt!),
    digest: Buffer.from(digest!, 'hex'),
  }
}

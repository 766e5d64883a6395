// PBKDF2 (RFC 8018 §5.2) as others store it.
import { pbkdf2 } from 'node:crypto'
import {
  assertBounds,
  assertWork,
  fromBase64,
  isSameDigest,
  parametersOf,
  type StoredHash,
} from './stored-hash.ts'

interface Pbkdf2Hash {
  readonly hash: string
  readonly iterations: number
  readonly salt: Buffer
  readonly digest: Buffer
}

const MAX_ITERATIONS = 10_000_000
/** RFC 8018 §5.2: a longer digest is made of blocks of this many bytes, each by all iterations. */
const BLOCK_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }

/** `$pbkdf2-sha256$29000$<salt>$<digest>` of passlib, `$pbkdf2-sha256$i=600000,l=32$…` of PHC; without a name it is SHA-1. */
const PHC = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$((?:\d+)|[a-z]+=\d+(?:,[a-z]+=\d+)*)\$([^$]+)\$([^$]+)$/
/** `pbkdf2_sha256$600000$<salt>$<digest>` of Django. */
const DJANGO = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$([^$]+)$/
/** `pbkdf2:sha256:600000$<salt>$<digest as hex>` of Werkzeug. */
const WERKZEUG = /^pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$([0-9a-f]+)$/

/** Reads a PBKDF2 hash. */
export function tryParsePbkdf2(stored: string): StoredHash | undefined {
  const found = ofPhc(stored) ?? ofDjango(stored) ?? ofWerkzeug(stored)
  if (found === undefined) return undefined
  const { hash, iterations, salt, digest } = found
  assertBounds('PBKDF2', digest, [[iterations, MAX_ITERATIONS]])
  assertWork('PBKDF2', iterations * Math.ceil(digest.byteLength / BLOCK_BYTES[hash]!), MAX_ITERATIONS)
  return {
    kind: `pbkdf2-${hash} i=${iterations}`,
    matches: (text) =>
      isSameDigest(
        digest,
        (bytes) =>
          new Promise((resolve, reject) =>
            pbkdf2(text, salt, iterations, bytes, hash, (error, made) =>
              error === null ? resolve(made) : reject(error),
            ),
          ),
      ),
  }
}

function ofPhc(stored: string): Pbkdf2Hash | undefined {
  const match = PHC.exec(stored)
  if (match === null) return undefined
  const [, hash = 'sha1', rounds = '', salt = '', digest = ''] = match
  const iterations = rounds.includes('=') ? (parametersOf(rounds)['i'] ?? 0) : Number(rounds)
  return { hash, iterations, salt: fromBase64(salt), digest: fromBase64(digest) }
}

function ofDjango(stored: string): Pbkdf2Hash | undefined {
  const match = DJANGO.exec(stored)
  if (match === null) return undefined
  const [, hash = '', iterations, salt = '', digest = ''] = match
  return { hash, iterations: Number(iterations), salt: Buffer.from(salt), digest: fromBase64(digest) }
}

function ofWerkzeug(stored: string): Pbkdf2Hash | undefined {
  const match = WERKZEUG.exec(stored)
  if (match === null) return undefined
  const [, hash = '', iterations, salt = '', digest = ''] = match
  return { hash, iterations: Number(iterations), salt: Buffer.from(salt), digest: Buffer.from(digest, 'hex') }
}

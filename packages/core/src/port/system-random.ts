import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { assertBelow, assertByteCount } from './random-argument.ts'
import type { Random } from './random.ts'

/** The cryptographically strong source of the machine: fit for tokens and keys. */
export const systemRandom: Random = Object.freeze({
  bytes: (length: number): Uint8Array => {
    assertByteCount(length)
    // A copy, since small buffers share a pool whose other bytes the caller could read through `.buffer`.
    return new Uint8Array(randomBytes(length))
  },
  int: (below: number): number => {
    assertBelow(below)
    return randomInt(below)
  },
  uuid: (): string => randomUUID(),
})

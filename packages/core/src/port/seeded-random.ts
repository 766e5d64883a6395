import { createHash } from 'node:crypto'
import { PortArgumentError } from './port-error.ts'
import { assertBelow, assertByteCount } from './random-argument.ts'
import type { Random } from './random.ts'

/**
 * Makes a source for tests that returns the same values for the same seed, on every machine. Not for secrets: the seed
 * tells all values.
 *
 * @example
 * createSeededRandom('a').uuid() === createSeededRandom('a').uuid() // => true
 */
export function createSeededRandom(seed: string | number): Random {
  if (typeof seed !== 'string' && !Number.isFinite(seed)) {
    throw new PortArgumentError(`A seed must be a string or a finite number, not ${String(seed)}.`)
  }
  return new HashRandom(String(seed))
}

/** SHA-256 of seed and counter, block after block: simple, uniform, the same on every machine. */
class HashRandom implements Random {
  readonly #seed: string
  #counter = 0
  #block = new Uint8Array(0)
  #used = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  bytes(length: number): Uint8Array {
    assertByteCount(length)
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; index++) bytes[index] = this.#byte()
    return bytes
  }

  int(below: number): number {
    assertBelow(below)
    // Draws from 0 to 2^48 − 1 beyond the last whole multiple of `below` would favour small numbers: draw again.
    const limit = 2 ** 48 - (2 ** 48 % below)
    for (;;) {
      const drawn = this.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0)
      if (drawn < limit) return drawn % below
    }
  }

  uuid(): string {
    const bytes = this.bytes(16)
    // RFC 9562 §5.4: version 4 in the high bits of octet 6, variant 10 in those of octet 8.
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    const hex = Buffer.from(bytes).toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }

  #byte(): number {
    if (this.#used === this.#block.length) {
      this.#block = new Uint8Array(
        createHash('sha256')
          .update(`${this.#counter++}:${this.#seed}`)
          .digest(),
      )
      this.#used = 0
    }
    return this.#block[this.#used++]!
  }
}

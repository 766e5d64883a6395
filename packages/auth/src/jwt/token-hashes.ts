// On the path of each request: the name under which a verified token is kept.
import { hash } from 'node:crypto'

const SLOTS = 256
/** Longer ones are hashed each time: the texts that are kept have a bound. */
const MAX_CHARS = 2_048

/**
 * SHA-256 of a header. Those who call send the same one again and again, and to hash it takes longer than all the rest of finding who
 * they are: the last texts are kept beside their hashes, in a slot that the end of the text gives, since a signature ends at random.
 * Whether a token is good is not decided here.
 */
export class TokenHashes {
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
  readonly #hashes: string[] = Array.from({ length: SLOTS }, () => '')

  of(header: string): string {
    const end = header.length - 1
    const slot = (header.charCodeAt(end) ^ (header.charCodeAt(end - 1) << 2)) & (SLOTS - 1)
    if (this.#texts[slot] === header) return this.#hashes[slot] as string
    const made = hash('sha256', header, 'base64url')
    if (header.length > MAX_CHARS) return made
    this.#texts[slot] = header
    this.#hashes[slot] = made
    return made
  }
}

import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { TokenHashes } from './token-hashes.ts'

const sha256 = (text: string): string => hash('sha256', text, 'base64url')

it('each text has its own hash, whichever texts share its slot and however often they are asked for', () => {
  const hashes = new TokenHashes()
  // Ten texts for each end, and the same ends: all of a slot differ in the middle alone.
  const texts = Array.from(
    { length: 1_000 },
    (_, at) => `Bearer ${'x'.repeat(at % 10)}${at}.signature${at % 100}`,
  )
  for (const text of [...texts, ...texts.toReversed(), ...texts]) {
    expect(hashes.of(text)).toBe(sha256(text))
    expect(hashes.of(text)).toBe(sha256(text))
  }
})

it('short and long texts are hashed too', () => {
  const hashes = new TokenHashes()
  for (const text of ['', 'B', 'Bearer', `Bearer ${'x'.repeat(8_192)}`, `Bearer ${'y'.repeat(8_192)}`]) {
    expect(hashes.of(text)).toBe(sha256(text))
    expect(hashes.of(text)).toBe(sha256(text))
  }
})

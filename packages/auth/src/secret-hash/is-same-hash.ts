import { timingSafeEqual } from 'node:crypto'

/** Whether two hashes of secrets are the same, in constant time: where they differ says nothing of the stored one. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

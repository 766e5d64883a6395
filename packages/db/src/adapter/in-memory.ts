import type { Adapter } from './contract.ts'

const PLACES = new Set([':memory:', 'memory://'])

/** Whether a database is gone when its process ends. */
export function isInMemory({ place }: Adapter): boolean {
  return PLACES.has(place)
}

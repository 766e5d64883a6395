// On the request path: how keys are named on the server.
import { keySlot } from './key-slot.ts'

/** A key as it is on the server, and its place in the list that was asked for. */
export interface PlacedKey {
  readonly at: string
  readonly index: number
}

/** Names keys, and groups those that one command may name. */
export class RedisKeys {
  readonly #prefix: string
  readonly #isCluster: boolean

  constructor(prefix: string, isCluster: boolean) {
    this.#prefix = prefix
    this.#isCluster = isCluster
  }

  of(key: string): string {
    return this.#prefix + key
  }

  /** One group for a server, in a cluster one for each slot: keys of several slots in one command are an error there. */
  groups(keys: readonly string[]): PlacedKey[][] {
    const placed = keys.map((key, index) => ({ at: this.of(key), index }))
    if (placed.length === 0) return []
    if (!this.#isCluster) return [placed]
    const groups = new Map<number, PlacedKey[]>()
    for (const key of placed) {
      const slot = keySlot(key.at)
      const group = groups.get(slot)
      if (group === undefined) groups.set(slot, [key])
      else group.push(key)
    }
    return [...groups.values()]
  }
}

// What readers get of what was found or computed, and what is counted of it.
import type { Served } from '../flight/index.ts'
import type { MemoryEntry } from '../memory/index.ts'
import type { NamespaceParts } from './namespace-parts.ts'

/** What `get` gives: nothing for what is not fresh, and for a factory that had nothing to give. */
export function serveFresh(parts: NamespaceParts, served: Served | undefined): unknown {
  const { counts, codec } = parts
  if (served === undefined || served.isStale) {
    counts.misses++
    parts.say('miss')
    return undefined
  }
  counts.hits++
  parts.say('hit')
  return served.empty === undefined ? codec.read(served.held) : undefined
}

/** What `getOrSet` gives of what was computed, or is stale. */
export function serveComputed(parts: NamespaceParts, served: Served): unknown {
  if (served.isStale) {
    parts.counts.stale++
    parts.say('stale')
  }
  return served.empty === undefined ? parts.codec.read(served.held) : emptyOf(served)
}

/** What a factory gave that had nothing to give. */
export function emptyOf({ empty }: Pick<Served, 'empty'>): null | undefined {
  return empty === 'null' ? null : undefined
}

/** An entry of memory that is not fresh any more. */
export function toStale({ held, empty, tags }: MemoryEntry): Served {
  return { held, empty, isStale: true, tags: tags.map(({ tag }) => tag) }
}

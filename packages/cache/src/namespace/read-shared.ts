// Reads of the shared store, for who does not compute.
import type { CacheCallOptions } from '../contract/index.ts'
import type { Served } from '../flight/index.ts'
import { GONE } from '../shared/index.ts'
import { hasMarkedTag } from './marked.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { withinSignal } from './within-signal.ts'

/** What the shared store has of keys, stale values too; nothing where there is none, or it is gone. */
export async function readShared(
  parts: NamespaceParts,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Served>> {
  const served = new Map<string, Served>()
  if (parts.core.shared === undefined || keys.length === 0) return served
  const watch = parts.watch(keys)
  try {
    const look = await parts.look(keys)
    if (look === GONE) return served
    for (const [at, key] of keys.entries()) {
      const found = look.found[at]
      const read = found === undefined ? undefined : await parts.read(key, found, watch)
      if (read !== undefined && !hasMarkedTag(parts, read.tags)) served.set(key, read)
    }
  } finally {
    parts.unwatch(keys, watch)
  }
  return served
}

/** What it has of one key. What is stale is counted where it is given. */
export async function readSharedOne(
  parts: NamespaceParts,
  key: string,
  { signal }: CacheCallOptions,
): Promise<Served | undefined> {
  const read = (await withinSignal(readShared(parts, [key]), signal)).get(key)
  if (read?.isStale === true) return read
  if (read === undefined) parts.counts.misses++
  else parts.counts.hits++
  parts.say(read === undefined ? 'miss' : 'hit')
  return read
}

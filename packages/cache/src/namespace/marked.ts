// On the request path while a transaction has invalidated something: what it may not read from the cache.
import type { MemoryEntry } from '../memory/index.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { keyMark } from './transaction-marks.ts'

/** Whether the transaction around has invalidated what is under a key, or may have. */
export function isMarked(parts: NamespaceParts, key: string, entry?: MemoryEntry): boolean {
  const { core, name, knownTags, staticTags } = parts
  const marks = core.transactions.current()
  if (marks === undefined) return false
  if (marks.has(keyMark(name, key))) return true
  if (entry !== undefined) return entry.tags.some(({ tag }) => marks.has(tag))
  return staticTags === undefined || knownTags.some((tag) => marks.has(tag))
}

/** Whether the transaction around has invalidated one of these tags. */
export function hasMarkedTag({ core }: NamespaceParts, tags: readonly string[]): boolean {
  const marks = core.transactions.current()
  return marks !== undefined && tags.some((tag) => marks.has(tag))
}

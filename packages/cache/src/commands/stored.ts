// What `keelson cache stats` says of the contents of the shared store.
import type { StoreUsage, UsageLimits } from '../shared/index.ts'

/** Counts what its shared store holds; undefined where that cannot list. */
export interface StoredSource {
  usage(limits: UsageLimits, signal: AbortSignal): Promise<StoreUsage | undefined>
}

/** What was counted, or why nothing was. */
export type Stored = StoreUsage | { readonly notKnown: string }

/** A server has other work, and who asks waits. */
const LIMITS: UsageLimits = { maxMs: 10_000, maxEntries: 1_000_000 }
const CANNOT_LIST = 'this store does not list what it holds'
const STOPPED = {
  time: `Stopped after ${LIMITS.maxMs / 1000} s: there may be more.`,
  entries: `Stopped after ${LIMITS.maxEntries.toLocaleString('en')} entries: there are more.`,
}

/** Counts the entries of each namespace, within limits. */
export async function countStored(cache: StoredSource, signal: AbortSignal): Promise<Stored> {
  try {
    return (await cache.usage(LIMITS, signal)) ?? { notKnown: CANNOT_LIST }
  } catch (error) {
    signal.throwIfAborted()
    // A server may forbid it.
    return { notKnown: String(error instanceof Error ? error.message : error) }
  }
}

/** A line for each namespace, the largest first. */
export function storedText(stored: Stored): string {
  if ('notKnown' in stored) return `stored        not known: ${stored.notKnown}\n`
  const rows = Object.entries(stored.namespaces).sort(([, one], [, other]) => other.bytes - one.bytes)
  const lines = rows.map(
    ([name, { entries, bytes }]) =>
      `stored        ${name}: ${counted(entries, 'entry', 'entries')}, ${counted(bytes, 'byte', 'bytes')}`,
  )
  if (rows.length === 0) lines.push('stored        nothing')
  if (stored.stoppedBy !== undefined) lines.push(`              ${STOPPED[stored.stoppedBy]}`)
  return lines.map((line) => `${line}\n`).join('')
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

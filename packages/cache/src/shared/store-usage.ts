// What the shared store holds of each namespace, for people who ask.
import type { KeyValueStore } from '@keelson/core'
import { ENTRIES, namespaceOfEntry } from './store-keys.ts'

/** Entries of a namespace in the shared store, and the bytes of their values there. */
export interface StoredNamespace {
  readonly entries: number
  readonly bytes: number
}

/** What was counted: also what was invalidated, until its time is over. */
export interface StoreUsage {
  readonly namespaces: Readonly<Record<string, StoredNamespace>>
  /** What ended it before all was counted. */
  readonly stoppedBy: 'time' | 'entries' | undefined
}

/** Limits of a count. */
export interface UsageLimits {
  readonly maxMs: number
  readonly maxEntries: number
}

type Found = readonly { readonly key: string; readonly bytes: number }[]

/** Of a store that can list: goes through the keys of a prefix, which it takes off, until `onFound` gives `false`. */
export type StoreScan = (call: {
  readonly prefix: string
  readonly onFound: (found: Found) => boolean
  readonly signal: AbortSignal
}) => Promise<void>

/**
 * Counts what a store holds, within limits.
 *
 * @returns undefined for a store that cannot list
 */
export async function usageOf(
  store: KeyValueStore,
  { scope, limits, signal }: { scope: string; limits: UsageLimits; signal: AbortSignal },
): Promise<StoreUsage | undefined> {
  const { scan } = (store as { readonly '~internal'?: { readonly scan?: StoreScan } })['~internal'] ?? {}
  if (scan === undefined) return undefined
  const namespaces: Record<string, { entries: number; bytes: number }> = Object.create(null)
  let left = limits.maxEntries
  const count = (found: Found): boolean => {
    for (const { key, bytes } of found.slice(0, left)) {
      const of = (namespaces[namespaceOfEntry(key)] ??= { entries: 0, bytes: 0 })
      of.entries++
      of.bytes += bytes
    }
    left -= found.length
    return left >= 0
  }
  const late = AbortSignal.timeout(limits.maxMs)
  try {
    await scan({ prefix: `${scope}:${ENTRIES}`, onFound: count, signal: AbortSignal.any([signal, late]) })
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error
    return { namespaces, stoppedBy: 'time' }
  }
  return { namespaces, stoppedBy: left < 0 ? 'entries' : undefined }
}

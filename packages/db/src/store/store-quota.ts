// A quota as bytes: parts that are used, and when that was.
import { bucketParts, bucketTaken, StoreCounterError } from '@keelson/core/ports'
import type { StoreQuota, StoreTaken } from '@keelson/core'

/** Tells a quota from other values. */
const MARK = 0x51
const BYTES = 17
/** How long one is kept at least, ms. */
const MIN_KEPT_MS = 1000

/** What came of taking, and what is to be stored; undefined where nothing changes. */
export interface QuotaChange {
  readonly taken: StoreTaken
  readonly next: { readonly value: Uint8Array; readonly ttlMs: number } | undefined
}

/** @throws {StoreCounterError} when the value is not a quota */
export function takeFrom(stored: Uint8Array | undefined, quota: StoreQuota, now: number): QuotaChange {
  const parts = bucketParts(quota)
  const { used, at } = readQuota(stored)
  const left = Math.max(0, used - (now - at) * parts.perMs)
  const taken = bucketTaken(quota, left, parts)
  if (!taken.isTaken || quota.amount === 0 || (stored === undefined && quota.amount < 0))
    return { taken, next: undefined }
  const next = Math.max(0, left + quota.amount * parts.unit)
  const ttlMs = Math.max(MIN_KEPT_MS, 2 * Math.ceil(next / parts.perMs))
  return { taken, next: { value: writeQuota(next, now), ttlMs } }
}

function readQuota(stored: Uint8Array | undefined): { readonly used: number; readonly at: number } {
  if (stored === undefined) return { used: 0, at: 0 }
  if (stored.byteLength !== BYTES || stored[0] !== MARK)
    throw new StoreCounterError('The value is not a quota.')
  const view = new DataView(stored.buffer, stored.byteOffset)
  return { used: view.getFloat64(1), at: view.getFloat64(9) }
}

function writeQuota(used: number, at: number): Uint8Array {
  const value = new Uint8Array(BYTES)
  const view = new DataView(value.buffer)
  view.setUint8(0, MARK)
  view.setFloat64(1, used)
  view.setFloat64(9, at)
  return value
}

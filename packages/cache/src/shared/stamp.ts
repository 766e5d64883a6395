import type { Random } from '@keelson/core'

/** How far apart the clocks of servers may be, ms. */
export const MAX_SKEW_MS = 10_000

/** What the shared store has of a tag: changed by each invalidation, and never the same again. */
export interface Stamp {
  /** Two unique parts with a point between: a hard invalidation changes the first, a soft one the second. */
  readonly id: string
  /** When it was made, ms since 1970, by the clock of the process that made it. */
  readonly madeAt: number
  readonly expiresAt: number
  /** What is stored. */
  readonly bytes: Uint8Array
}

const VERSION = '1'
/** 96 bits: that two are the same does not happen. */
const ID_BYTES = 12

export function newStamp(random: Random, now: number, ttlMs: number): Stamp {
  return toStamp(`${newId(random)}.`, now, now + ttlMs)
}

/** The stamp after a soft invalidation. */
export function softened(stamp: Stamp, random: Random, now: number): Stamp {
  return toStamp(`${hardOf(stamp.id)}.${newId(random)}`, now, stamp.expiresAt)
}

/** The same stamp, for a longer time. */
export function extended(stamp: Stamp, expiresAt: number): Stamp {
  return toStamp(stamp.id, stamp.madeAt, expiresAt)
}

/** @returns undefined for bytes of another format */
export function readStamp(bytes: Uint8Array | undefined): Stamp | undefined {
  if (bytes === undefined) return undefined
  const [version, id = '', madeAt, expiresAt] = Buffer.from(bytes).toString('latin1').split(' ')
  if (version !== VERSION || !id.includes('.')) return undefined
  return { id, madeAt: Number(madeAt), expiresAt: Number(expiresAt), bytes }
}

/** What an entry with one stamp is by another. */
export function compareStamps(carried: string, current: string | undefined): 'same' | 'softened' | 'other' {
  if (carried === current) return 'same'
  return current !== undefined && hardOf(carried) === hardOf(current) ? 'softened' : 'other'
}

function toStamp(id: string, madeAt: number, expiresAt: number): Stamp {
  return { id, madeAt, expiresAt, bytes: Buffer.from(`${VERSION} ${id} ${madeAt} ${expiresAt}`, 'latin1') }
}

function hardOf(id: string): string {
  return id.slice(0, id.indexOf('.'))
}

function newId(random: Random): string {
  return Buffer.from(random.bytes(ID_BYTES)).toString('base64url')
}

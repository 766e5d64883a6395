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
  /** Of the stamp that all entries carry: ids of the servers that hold the store, with commas between. */
  readonly servers: string
  /** What is stored. */
  readonly bytes: Uint8Array
}

const VERSION = '1'
/** 96 bits: that two are the same does not happen. */
const ID_BYTES = 12

/** A stamp as it was not before. */
export function newStamp(
  random: Random,
  { now, ttlMs, servers = '' }: { readonly now: number; readonly ttlMs: number; readonly servers?: string },
): Stamp {
  return toStamp({ id: `${newId(random)}.`, madeAt: now, expiresAt: now + ttlMs, servers })
}

/** The stamp after a soft invalidation. */
export function softened(stamp: Stamp, random: Random, now: number): Stamp {
  return toStamp({ ...stamp, id: `${hardOf(stamp.id)}.${newId(random)}`, madeAt: now })
}

/** The same stamp, for a longer time. */
export function extended(stamp: Stamp, expiresAt: number): Stamp {
  return toStamp({ ...stamp, expiresAt })
}

/** @returns undefined for bytes of another format */
export function readStamp(bytes: Uint8Array | undefined): Stamp | undefined {
  if (bytes === undefined) return undefined
  const [version, id = '', madeAt, expiresAt, servers = ''] = Buffer.from(bytes).toString('latin1').split(' ')
  if (version !== VERSION || !id.includes('.')) return undefined
  return { id, madeAt: Number(madeAt), expiresAt: Number(expiresAt), servers, bytes }
}

/** What an entry with one stamp is by another. */
export function compareStamps(carried: string, current: string | undefined): 'same' | 'softened' | 'other' {
  if (carried === current) return 'same'
  return current !== undefined && hardOf(carried) === hardOf(current) ? 'softened' : 'other'
}

function toStamp({ id, madeAt, expiresAt, servers }: Omit<Stamp, 'bytes'>): Stamp {
  const text = [VERSION, id, madeAt, expiresAt, ...(servers === '' ? [] : [servers])].join(' ')
  return { id, madeAt, expiresAt, servers, bytes: Buffer.from(text, 'latin1') }
}

function hardOf(id: string): string {
  return id.slice(0, id.indexOf('.'))
}

function newId(random: Random): string {
  return Buffer.from(random.bytes(ID_BYTES)).toString('base64url')
}

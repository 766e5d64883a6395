import { ArgumentError, type Random } from '@keelson/core'
import { describeValue } from '@keelson/core/options'
import { MAX_TTL_MS } from '@keelson/core/ports'
import type { CacheWriteOptions } from '../contract/index.ts'
import type { NamespaceSettings } from './namespace-options.ts'

/** How long a value is fresh, and may be served after that, ms. */
export interface Lifetime {
  readonly ttlMs: number
  readonly graceMs: number
}

const STEPS = 2 ** 32

/**
 * How long a value lives.
 *
 * @param value - as readers get it
 * @returns undefined where it is not stored
 * @throws {ArgumentError} when the function of the namespace gives something else than a number
 */
export function lifetimeOf(
  value: unknown,
  written: CacheWriteOptions,
  parts: { readonly name: string; readonly settings: NamespaceSettings; readonly random: Random },
): Lifetime | undefined {
  const { settings, random } = parts
  const isEmpty = value === undefined
  // A time that was given for a value does not keep that there is none.
  const asked = isEmpty
    ? Math.min(written.ttlMs ?? Infinity, settings.negativeTtlMs)
    : (written.ttlMs ?? ttlOf(value, parts))
  if (asked <= 0) return undefined
  const part = 1 - settings.jitter * (random.int(STEPS) / STEPS)
  const ttlMs = Math.max(1, Math.floor(Math.min(asked, MAX_TTL_MS) * part))
  const graceMs = written.graceMs ?? (isEmpty ? 0 : settings.graceMs)
  return { ttlMs, graceMs: Math.min(graceMs, MAX_TTL_MS - ttlMs) }
}

function ttlOf(
  value: unknown,
  { name, settings: { ttlMs } }: { readonly name: string; readonly settings: NamespaceSettings },
): number {
  if (typeof ttlMs === 'number') return ttlMs
  const given: unknown = ttlMs(value)
  if (typeof given === 'number' && !Number.isNaN(given)) return given
  throw new ArgumentError(
    `ttlMs of '${name}' gave ${describeValue(given)}, not a number of ms. Return one; 0 for a value that is not stored.`,
  )
}

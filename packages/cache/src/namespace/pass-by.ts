// Computations within a transaction: they see what it has changed, and so nobody else gets what they make.
import { currentFrame } from '@keelson/core'
import type { CacheSetOptions } from '../contract/index.ts'
import { tookTooLong, untilAborted, type AnyFactory } from './made.ts'
import type { NamespaceParts } from './namespace-parts.ts'

/**
 * Runs a factory where it was called, within the transaction, whose changes it sees.
 *
 * @throws {CacheTimeoutError} `ERR_CACHE_TIMEOUT` after `hardTimeoutMs`; the reason of an aborted signal
 */
export async function passBy(
  parts: NamespaceParts,
  factory: AnyFactory,
  { signal }: CacheSetOptions,
): Promise<unknown> {
  const { codec, core, settings } = parts
  const end = new AbortController()
  const around = signal ?? currentFrame()?.signal
  const own = around === undefined ? end.signal : AbortSignal.any([around, end.signal])
  const timer = core.clock.setTimeout(() => end.abort(tookTooLong(parts)), settings.hardTimeoutMs)
  try {
    const run = { signal: own, stale: undefined, decide: () => {} }
    const value: unknown = await untilAborted(() => factory(run), own)
    if (value === undefined || (value === null && !codec.takesNull)) return value
    return codec.read(codec.make(value, true).held)
  } finally {
    timer.cancel()
  }
}

// Computations within a transaction: they see what it has changed, and so nobody else gets what they make.
import { currentFrame } from '@keelson/core'
import type { CacheSetOptions } from '../contract/index.ts'
import type { AnyFactory } from './made.ts'
import type { NamespaceParts } from './namespace-parts.ts'

/** Runs a factory where it was called, within the transaction, whose changes it sees. */
export async function passBy(
  { codec }: NamespaceParts,
  factory: AnyFactory,
  { signal }: CacheSetOptions,
): Promise<unknown> {
  const own = signal ?? currentFrame()?.signal ?? new AbortController().signal
  own.throwIfAborted()
  const value: unknown = await factory({ signal: own, stale: undefined, decide: () => {} })
  if (value === undefined || (value === null && !codec.takesNull)) return value
  return codec.read(codec.make(value, true).held)
}

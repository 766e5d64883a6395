// What `set`, `delete` and `clear` do: at once, or when the transaction around has committed.
import { currentTransaction } from '@keelson/core/frames'
import type { CacheCore } from './cache-core.ts'
import { dropKeys, type KeyAt } from './drop-keys.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { keyMark } from './transaction-marks.ts'
import { withinSignal } from './within-signal.ts'
import { writeAll, type Writing } from './write.ts'

type Signal = AbortSignal | undefined

/** @param signal - ends the wait, here and below */
export async function writeValues(
  parts: NamespaceParts,
  writings: readonly Writing[],
  signal: Signal,
): Promise<void> {
  if (currentTransaction() === undefined) await withinSignal(writeAll(parts, writings), signal)
  else deferWrite(parts, writings)
}

/** What an open transaction has read may be undone, or changed by another that commits before it: that is not written. */
function deferWrite(parts: NamespaceParts, writings: readonly Writing[]): void {
  const keys = writings.map(({ key }) => key)
  const watch = parts.watch(keys)
  let good: readonly Writing[] = []
  const judge = (): void => {
    parts.unwatch(keys, watch)
    good = writings.filter(({ key, made }) => !watch.hasSeenKey(key) && !watch.concerns(made.tags))
  }
  const marks = keys.map((key) => keyMark(parts.name, key))
  const dropped = keys.map((key) => ({ parts, key }))
  parts.core.transactions.deferWrite(marks, {
    write: () => writeAll(parts, good),
    drop: () => dropKeys(parts.core, dropped),
    onEnd: judge,
  })
}

/** Deletes values of any of the namespaces of a cache. */
export async function deleteValues(core: CacheCore, keys: readonly KeyAt[], signal: Signal): Promise<void> {
  const marks = keys.map(({ parts, key }) => keyMark(parts.name, key))
  const drop = (): Promise<void> => dropKeys(core, keys)
  if (!core.transactions.defer(marks, drop)) await withinSignal(drop(), signal)
}

export async function clearValues({ core, ownTag }: NamespaceParts, signal: Signal): Promise<void> {
  const clear = (): Promise<void> => core.invalidate([ownTag], false)
  if (!core.transactions.defer([ownTag], clear)) await withinSignal(clear(), signal)
}

import { entryKey, lockKey } from '../shared/index.ts'
import type { NamespaceParts } from './namespace-parts.ts'

/** Deletes values in all processes. Never rejects: what the store does not take is kept and tried again. */
export async function dropKeys(parts: NamespaceParts, keys: readonly string[]): Promise<void> {
  for (const key of keys) parts.forget(key)
  const { shared } = parts.core
  if (shared === undefined) return
  await parts.order.run(keys, async () => {
    await shared.unwritten.drop(keys.flatMap((key) => [entryKey(parts.name, key), lockKey(parts.name, key)]))
    // What was read or set meanwhile may be what was there before.
    for (const key of keys) parts.forget(key)
  })
  await shared.sayDropped(parts.name, keys)
}

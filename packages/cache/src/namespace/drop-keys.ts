import { entryKey, lockKey } from '../shared/index.ts'
import type { CacheCore } from './cache-core.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { orderKey } from './write-order.ts'

/** A key of a namespace. */
export interface KeyAt {
  readonly parts: NamespaceParts
  readonly key: string
}

/** Deletes values in all processes. Never rejects: what the store does not take is kept and tried again. */
export async function dropKeys(core: CacheCore, dropped: readonly KeyAt[]): Promise<void> {
  if (dropped.length === 0) return
  const forgetAll = (): void => {
    for (const { parts, key } of dropped) parts.forget(key)
  }
  forgetAll()
  const { shared } = core
  if (shared === undefined) return
  const places = dropped.map(({ parts: { name }, key }) => [name, key] as const)
  await core.order.run(
    places.map((place) => orderKey(...place)),
    async () => {
      await shared.unwritten.drop(places.flatMap((place) => [entryKey(...place), lockKey(...place)]))
      // What was read or set meanwhile may be what was there before.
      forgetAll()
    },
  )
  await shared.sayDropped(places)
}

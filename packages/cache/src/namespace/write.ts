// What `set` does: here at once, then in the shared store, then in other processes.
import { CacheStoreError } from '../contract/index.ts'
import { entryKey, GONE, lockKey, type Stamp } from '../shared/index.ts'
import type { Watch } from '../tags/index.ts'
import type { Lifetime } from './lifetime.ts'
import type { Made } from './made.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import type { SharedSide } from './shared-side.ts'
import { encode, isTooLarge, keepMade } from './store-made.ts'

/** A value under a key. */
export interface Writing {
  readonly key: string
  readonly made: Made
}

interface Storable extends Writing {
  readonly lifetime: Lifetime
}

/** @throws {CacheStoreError} where the store does not take it, and it is not to be dropped */
export async function writeAll(parts: NamespaceParts, writings: readonly Writing[]): Promise<void> {
  const keys = writings.map(({ key }) => key)
  for (const key of keys) parts.forget(key)
  const storable = writings.flatMap(({ key, made }) =>
    made.lifetime === undefined || isTooLarge(parts, made) ? [] : [{ key, made, lifetime: made.lifetime }],
  )
  const { core } = parts
  const watch = parts.watch(keys)
  try {
    const { shared } = core
    if (shared === undefined) keepAll(parts, { storable, watch }, undefined)
    else await parts.inOrder(keys, () => writeShared(parts, { keys, storable, watch, shared }))
  } finally {
    parts.unwatch(keys, watch)
  }
}

interface SharedWriting {
  readonly keys: readonly string[]
  readonly storable: readonly Storable[]
  readonly watch: Watch
  readonly shared: SharedSide
}

async function writeShared(parts: NamespaceParts, job: SharedWriting): Promise<void> {
  const { keys, storable, watch, shared } = job
  const stamps = await stampsOf(shared, storable)
  const isWritten = stamps !== GONE && (await writeEntries(parts, job, stamps))
  // What was there before does not stay, and a process that computes one of them does not store it.
  const old = storable.length < keys.length || !isWritten ? keys.map((key) => entryKey(parts.name, key)) : []
  const stored = new Set(isWritten ? storable.map(({ key }) => entryKey(parts.name, key)) : [])
  await shared.unwritten.drop([
    ...keys.map((key) => lockKey(parts.name, key)),
    ...old.filter((key) => !stored.has(key)),
  ])
  // What was written since by others is in the store, and is read there.
  const kept = storable.filter(({ key }) => !watch.hasSeenKey(key))
  parts.unwatch(keys, watch)
  for (const key of keys) parts.forget(key)
  keepAll(parts, { storable: kept, watch }, stamps === GONE || !isWritten ? undefined : stamps)
  await shared.sayDropped(keys.map((key) => [parts.name, key]))
  if (!isWritten && parts.core.settings.onWriteFailure === 'throw')
    throw new CacheStoreError({ message: `The shared store did not take a value of '${parts.name}'.` })
}

async function stampsOf(
  shared: SharedSide,
  storable: readonly Storable[],
): Promise<ReadonlyMap<string, Stamp> | typeof GONE> {
  const { stamps } = shared.store
  const tags = [...new Set(storable.flatMap(({ made }) => made.tags))]
  const read = await shared.store.readStamps(tags)
  if (read === GONE) return GONE
  const ensured = await stamps.ensure(read, '')
  return ensured === GONE ? GONE : ensured.stamps
}

async function writeEntries(
  parts: NamespaceParts,
  { storable, shared }: SharedWriting,
  stamps: ReadonlyMap<string, Stamp>,
): Promise<boolean> {
  if (storable.length === 0) return true
  const longest = Math.max(...storable.map(({ lifetime }) => lifetime.ttlMs + lifetime.graceMs))
  await shared.store.stamps.outlive(stamps, longest)
  const entries = await Promise.all(
    storable.map(async ({ key, made, lifetime }) => ({
      key: entryKey(parts.name, key),
      value: await encode(parts, made, { ...lifetime, tags: stamped(made, stamps) }),
      ttlMs: lifetime.ttlMs + lifetime.graceMs,
    })),
  )
  return (await shared.store.guard.use((store) => store.setMany(entries))) !== GONE
}

function keepAll(
  parts: NamespaceParts,
  { storable, watch }: Pick<SharedWriting, 'storable' | 'watch'>,
  stamps: ReadonlyMap<string, Stamp> | undefined,
): void {
  for (const { key, made, lifetime } of storable)
    keepMade(parts, { key, watch }, { made, lifetime, tags: stamped(made, stamps) })
}

function stamped(
  { tags }: Made,
  stamps: ReadonlyMap<string, Stamp> | undefined,
): readonly (readonly [tag: string, stamp: string])[] {
  return tags.map((tag) => [tag, stamps?.get(tag)?.id ?? ''])
}

// What `getOrSet` does where memory has no fresh value.
import { currentTransaction } from '@keelson/core/frames'
import type { Served } from '../flight/index.ts'
import type { Job } from './compute.ts'
import { joinOrBegin, leaveFlight } from './flights.ts'
import { hasMarkedTag, isMarked } from './marked.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { passBy } from './pass-by.ts'
import { readSharedOne } from './read-shared.ts'
import { serveComputed, toStale } from './serve.ts'

/** Gives a stale value, joins a computation, or begins one; passes the cache by where the transaction around has changed what it is about. */
export async function getOrCompute(parts: NamespaceParts, key: string, job: Job): Promise<unknown> {
  const { factory, options } = job
  const entry = parts.map.entries.get(key)
  if (isMarked(parts, key) || isMarked(parts, key, entry)) return passBy(parts, factory, options)
  options.signal?.throwIfAborted()
  const stale = entry !== undefined && parts.isServed(entry) ? toStale(entry) : undefined
  if (currentTransaction() !== undefined) return computeInTransaction(parts, key, { ...job, stale })
  if (stale !== undefined && parts.backOff.isResting(key)) return serveComputed(parts, stale)
  const flight = joinOrBegin(parts, key, job)
  const { count } = flight.watch
  if (stale !== undefined) flight.offerStale(stale)
  const { softTimeoutMs } = parts.settings
  const wait = flight.wait({ softTimeoutMs, signal: options.signal })
  const served = await parts.core.fallbacks.aside(wait)
  if (!flight.watch.hadSeen(served.tags, count)) return serveComputed(parts, served)
  // It carries what was invalidated before this one asked, which nobody knew when it was joined: it is for those who asked earlier.
  leaveFlight(parts, flight)
  return getOrCompute(parts, key, job)
}

/** Who has a connection to a database waits for nobody who may need one: gives what is there, and else computes by itself. */
async function computeInTransaction(
  parts: NamespaceParts,
  key: string,
  { stale, ...job }: Job & { readonly stale: Served | undefined },
): Promise<unknown> {
  const { factory, options } = job
  const there = stale ?? (await readSharedOne(parts, key, options))
  if (there === undefined || hasMarkedTag(parts, there.tags)) return passBy(parts, factory, options)
  if (!there.isStale || parts.backOff.isResting(key)) return serveComputed(parts, there)
  const flight = joinOrBegin(parts, key, job)
  const { count } = flight.watch
  flight.offerStale(there)
  const served = await flight.wait({ softTimeoutMs: 0, signal: options.signal })
  const isOld = hasMarkedTag(parts, served.tags) || flight.watch.hadSeen(served.tags, count)
  return isOld ? passBy(parts, factory, options) : serveComputed(parts, served)
}

// `keelson cache …`: what each prints, and its exit code.
import type { CommandIo, Health } from '@keelson/core'
import { nearestName } from '@keelson/core/options'
import type { Cache } from '../contract/index.ts'
import { countStored, storedText, type StoredSource } from './stored.ts'

/** The cache of a started app, as commands use it. */
export interface CommandCache extends StoredSource, Pick<Cache, 'invalidate' | 'state'> {
  health(signal: AbortSignal): Promise<Health>
  declaredTags(): ReadonlySet<string>
  stampedTags(tags: readonly string[]): Promise<ReadonlySet<string> | undefined>
  forgetTags(tags: readonly string[]): Promise<void>
  roundTripMs(): Promise<number | undefined>
}

/** What a command is called with. */
export interface CacheCall {
  readonly cache: CommandCache
  readonly io: CommandIo
  readonly signal: AbortSignal
}

const FAILED = 1
const ALONE =
  'The cache of this app is memory alone: each process has its own, and no other can reach it. With cache(redis(url)) all share one.\n'
const NOT_KNOWN =
  'Hits, misses and what is in memory are counted by each process of the app: see the detail of its health, or cache.state().'

/** Prints the state of the shared store, as this process finds it, and what it holds. @returns 1 where the store does not answer */
export async function statsCommand(call: CacheCall, { json }: { readonly json: boolean }): Promise<number> {
  const found = await look(call)
  call.io.out(json ? `${JSON.stringify({ ...found, notKnown: NOT_KNOWN })}\n` : textOf(found))
  return found.isUp ? 0 : FAILED
}

type Found = Awaited<ReturnType<typeof look>>

async function look({ cache, signal }: CacheCall) {
  const roundTripMs = (await cache.roundTripMs()) ?? null
  const { status, detail } = await cache.health(signal)
  const { engine } = detail as { readonly engine?: Health }
  const { breaker, keptInvalidations, namespaces } = cache.state()
  const isShared = breaker !== 'none'
  const isUp = status === 'up' && (!isShared || roundTripMs !== null) && engine?.status !== 'down'
  const names = Object.keys(namespaces).sort()
  const stored = isShared && isUp ? await countStored(cache, signal) : undefined
  return { isShared, isUp, roundTripMs, breaker, keptInvalidations, engine, namespaces: names, stored }
}

function textOf({ isShared, namespaces, ...found }: Found): string {
  const made = namespaces.length === 0 ? '' : `namespaces    ${namespaces.join(', ')}\n`
  return `${isShared ? storeText(found) : ALONE}${made}${NOT_KNOWN}\n`
}

function storeText({
  roundTripMs,
  breaker,
  keptInvalidations,
  engine,
  stored,
}: Omit<Found, 'isShared' | 'namespaces'>): string {
  const answers = roundTripMs === null ? 'does not answer' : `answers in ${roundTripMs.toFixed(1)} ms`
  const store = `shared store  ${answers}; breaker ${breaker}, ${keptInvalidations} invalidations not written\n`
  const state =
    engine === undefined ? '' : `engine        ${engine.status} ${JSON.stringify(engine.detail ?? {})}\n`
  return `${store}${state}${stored === undefined ? '' : storedText(stored)}`
}

/**
 * Invalidates tags in all processes, also those that nothing is known to carry: one too many costs a miss.
 *
 * @returns 1 where there is no shared store, it did not take it, or nothing is known to carry one of the tags
 */
export async function invalidateCommand(
  { cache, io, signal }: CacheCall,
  { tags, soft }: { readonly tags: readonly string[]; readonly soft: boolean },
): Promise<number> {
  if (cache.state().breaker === 'none') {
    io.err(ALONE)
    return FAILED
  }
  // Before: an invalidation writes a stamp.
  const stamped = await cache.stampedTags(tags)
  await cache.invalidate(tags, { isSoft: soft, signal })
  if (cache.state().keptInvalidations > 0) {
    io.err('The shared store did not take it: nothing is invalidated.\n')
    return FAILED
  }
  const declared = cache.declaredTags()
  const unknown = tags.filter((tag) => !declared.has(tag) && stamped?.has(tag) === false)
  // Else the next call would take the stamp of this one for that of a value.
  if (unknown.length > 0) await cache.forgetTags(unknown)
  for (const tag of tags)
    if (!unknown.includes(tag)) io.out(`${soft ? 'made stale ' : 'invalidated'}  ${tag}\n`)
  for (const tag of unknown) io.err(unknownText(tag, [...declared]))
  return unknown.length === 0 ? 0 : FAILED
}

function unknownText(tag: string, declared: readonly string[]): string {
  const near = nearestName(tag, declared)
  const meant = near === undefined ? '' : ` Did you mean '${near}'?`
  return `Nothing carries the tag '${tag}': no route or namespace declares it, and nothing in the shared store has it.${meant}\n`
}

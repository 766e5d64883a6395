// `keelson cache …`: what each prints, and its exit code.
import type { CommandIo, Health } from '@keelson/core'
import type { Cache, CacheState } from '../contract/index.ts'

/** The cache of a started app, as commands use it. */
export interface CommandCache extends Pick<Cache, 'invalidate' | 'state'> {
  health(signal: AbortSignal): Promise<Health>
}

/** What a command is called with. */
export interface CacheCall {
  readonly cache: CommandCache
  readonly io: CommandIo
  readonly signal: AbortSignal
}

const FAILED = 1
const ALONE = 'The cache of this app is memory alone: each process has its own, and no other can reach it.\n'

/** Prints the state of the shared store, and of the namespaces of this process. @returns 1 where the store cannot be reached */
export async function statsCommand({ cache, io, signal }: CacheCall): Promise<number> {
  const { breaker, keptInvalidations, namespaces } = cache.state()
  if (breaker === 'none') io.out(ALONE)
  const { status, detail } = await cache.health(signal)
  if (breaker !== 'none') {
    io.out(`shared store  ${status}, breaker ${breaker}, ${keptInvalidations} invalidations not written\n`)
    const { engine } = detail as { readonly engine?: Health }
    if (engine !== undefined)
      io.out(`engine        ${engine.status} ${JSON.stringify(engine.detail ?? {})}\n`)
  }
  for (const [name, stats] of Object.entries(namespaces)) io.out(`${name}  ${lineOf(stats)}\n`)
  return status === 'up' && breaker !== 'open' ? 0 : FAILED
}

function lineOf({ hits, misses, entries, bytes, errors }: CacheState['namespaces'][string]): string {
  return `${entries} entries, ${bytes} bytes, ${hits} hits, ${misses} misses, ${errors} errors`
}

/** Invalidates tags in all processes. @returns 1 where there is no shared store, or it did not take it */
export async function invalidateCommand(
  { cache, io, signal }: CacheCall,
  tags: readonly string[],
): Promise<number> {
  if (cache.state().breaker === 'none') {
    io.err(ALONE)
    return FAILED
  }
  await cache.invalidate(tags, { signal })
  if (cache.state().keptInvalidations > 0) {
    io.err('The shared store did not take it: nothing is invalidated.\n')
    return FAILED
  }
  io.out(tags.map((tag) => `invalidated  ${tag}\n`).join(''))
  return 0
}

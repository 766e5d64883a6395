// What tools outside of the app see of a cache. Nothing is built while nobody listens; no message has a key, which may be a credential.
import { channel, type Channel } from 'node:diagnostics_channel'

/** What `keelson:cache:<event>` of `node:diagnostics_channel` says. */
export type CacheEventName =
  | 'hit'
  | 'miss'
  | 'stale'
  | 'coalesced'
  | 'computed'
  | 'stored'
  | 'error'
  | 'eviction'
  | 'invalidated'
  | 'breaker'

/**
 * What `keelson:cache:<event>` publishes: `hit`, `miss`, `stale`, `coalesced` for each caller; `computed` for each factory; `stored` for each
 * value; `error` for a factory that failed, and a value that was refused; `eviction`; `invalidated`; `breaker` when the state of the shared
 * store changes.
 *
 * @example
 * import { channel } from 'node:diagnostics_channel'
 * channel('keelson:cache:stored').subscribe((message) => console.log((message as CacheEvent).bytes))
 */
export interface CacheEvent {
  readonly event: CacheEventName
  /** Name of the namespace; undefined for `invalidated` and `breaker`. */
  readonly namespace: string | undefined
  /** Of the value, for `stored`: its JSON text. */
  readonly bytes?: number | undefined
  readonly durationMs?: number | undefined
  readonly error?: unknown
  readonly tags?: readonly string[] | undefined
  /** For `breaker`: `closed`, `open`, `half-open`. */
  readonly state?: string | undefined
}

/** The channels, by event. */
export const CHANNELS: Readonly<Record<CacheEventName, Channel>> = {
  hit: channel('keelson:cache:hit'),
  miss: channel('keelson:cache:miss'),
  stale: channel('keelson:cache:stale'),
  coalesced: channel('keelson:cache:coalesced'),
  computed: channel('keelson:cache:computed'),
  stored: channel('keelson:cache:stored'),
  error: channel('keelson:cache:error'),
  eviction: channel('keelson:cache:eviction'),
  invalidated: channel('keelson:cache:invalidated'),
  breaker: channel('keelson:cache:breaker'),
}

/** Publishes what happened. */
export function publish(
  event: CacheEventName,
  namespace: string | undefined,
  about?: Omit<CacheEvent, 'event' | 'namespace'>,
): void {
  const to = CHANNELS[event]
  if (to.hasSubscribers) to.publish({ ...about, event, namespace } satisfies CacheEvent)
}

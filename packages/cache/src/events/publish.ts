// What tools outside of the app see of a cache. Nothing is built while nobody listens; no message has a key, which may be a credential.
import { channel, type Channel } from 'node:diagnostics_channel'
import { currentFrame } from '@keelson/core'

/** What `keelson:cache:<event>` of `node:diagnostics_channel` says. */
export type CacheMessageName =
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
 * channel('keelson:cache:stored').subscribe((message) => console.log((message as CacheMessage).bytes))
 */
export interface CacheMessage {
  readonly event: CacheMessageName
  /** Name of the namespace; undefined for `invalidated` and `breaker`. */
  readonly namespace: string | undefined
  /** As in the log: of the request, or of the computation, which may serve several. Undefined outside of both. */
  readonly requestId: string | undefined
  /** Of the value, for `stored`: its JSON text. */
  readonly bytes?: number | undefined
  readonly durationMs?: number | undefined
  readonly error?: unknown
  readonly tags?: readonly string[] | undefined
  /** For `breaker`: `closed`, `open`, `half-open`. */
  readonly state?: string | undefined
}

/** The channels, by event. */
export const CHANNELS: Readonly<Record<CacheMessageName, Channel>> = {
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
  event: CacheMessageName,
  namespace: string | undefined,
  about?: Omit<CacheMessage, 'event' | 'namespace' | 'requestId'>,
): void {
  const to = CHANNELS[event]
  if (!to.hasSubscribers) return
  to.publish({ ...about, event, namespace, requestId: currentFrame()?.id } satisfies CacheMessage)
}

import { withMethods, type OptionKind } from '../errors/index.ts'

/** What a bus can do beyond its own process. */
export interface BusCapabilities {
  /** Subscribers in other processes receive what is published here. */
  readonly shared: boolean
}

/** What every operation takes. */
export interface BusCallOptions {
  /** Gives up waiting: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What `subscribe` takes. */
export interface BusSubscribeOptions extends BusCallOptions {
  /**
   * Called when messages to this subscription may have been lost: it was too slow, or the connection was gone for a while. Who
   * keeps something up to date by messages reads it anew, or forgets it. Called like the listener, in its turn: after the
   * messages before the gap, before those after it, once for a gap. Default: nobody is told.
   */
  readonly onGap?: BusGapListener | undefined
}

/** Learns that messages of a topic may have been lost. The next message comes when the returned promise has settled. */
export type BusGapListener = (topic: string) => void | Promise<void>

/** Receives one message; the bytes are its own. The next one comes when the returned promise has settled. */
export type BusListener = (payload: Uint8Array, topic: string) => void | Promise<void>

/** Ends a subscription: no delivery begins after the call. Does not wait for one that runs. A second call does nothing. */
export type Unsubscribe = () => Promise<void>

/**
 * What an implementation's `onError` gets: a listener, or an `onGap`, that threw or rejected, or, once for each gap, that messages are dropped
 * because the listener is too slow (`ERR_CORE_BUS_OVERFLOW`).
 */
export type BusErrorHandler = (error: unknown, topic: string) => void

/**
 * Tells whoever listens at this moment: cache invalidation, live updates, configuration changes.
 *
 * Delivery is at most once: nobody listening, a crash or an overflow loses messages; of those that were lost while it
 * listened, a subscription is told by its `onGap`. Each subscription receives the messages that
 * one publisher sends to a topic in their order, one at a time, never within the call to `publish`, in the async context
 * of its `subscribe`. A listener that fails goes to the bus's `onError` and disturbs neither publishers nor other listeners nor its own next
 * messages. Topics are matched whole and obey the rules for keys of a store; wrong arguments reject with
 * `ERR_CORE_PORT_ARGUMENT`, calls after `close` with `ERR_CORE_PORT_CLOSED`.
 */
export interface Bus {
  readonly capabilities: BusCapabilities
  /** Resolves when the bus has taken the message, not when it was delivered. */
  publish(topic: string, payload: Uint8Array, options?: BusCallOptions): Promise<void>
  /** Resolves when every message published from now on will be delivered. */
  subscribe(topic: string, listener: BusListener, options?: BusSubscribeOptions): Promise<Unsubscribe>
  /**
   * Ends all subscriptions and waits for listeners that run, until the signal aborts (then it resolves all the same).
   * Messages not yet delivered are lost. Never wait for it within a listener without a signal.
   */
  close(options?: BusCallOptions): Promise<void>
}

/** The kind of value that an option takes as a bus. */
export const BUS_KIND: OptionKind = withMethods('a Bus', ['publish', 'subscribe', 'close'])

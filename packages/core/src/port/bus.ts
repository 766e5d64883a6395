import { withMethods, type OptionKind } from '../errors/index.ts'

/** What a bus can do beyond its own process. */
export interface BusCapabilities {
  /** Subscribers in other processes receive what is published here. */
  readonly shared: boolean
}

/** What every operation takes. */
export interface BusCallOptions {
  /** Ends the wait: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What `subscribe` takes. */
export interface BusSubscribeOptions extends BusCallOptions {
  /**
   * Called when messages to this subscription may have been lost: it was too slow, or the connection was lost for a while.
   * Code that keeps something up to date by messages then reads it again, or drops it. Called like the listener, in order: after
   * the messages before the gap and before those after it, once for each gap. Default: nothing is called.
   */
  readonly onGap?: BusGapListener | undefined
}

/** Called when messages of a topic may have been lost. The next message comes when the returned promise has settled. */
export type BusGapListener = (topic: string) => void | Promise<void>

/** Receives one message, with bytes of its own. The next one comes when the returned promise has settled. */
export type BusListener = (payload: Uint8Array, topic: string) => void | Promise<void>

/** Ends a subscription: no delivery begins after the call. It does not wait for a delivery that runs. A second call does nothing. */
export type Unsubscribe = () => Promise<void>

/**
 * The `onError` of an implementation: called with what a listener or an `onGap` threw, and once for each gap with
 * `ERR_CORE_BUS_OVERFLOW` when messages are dropped because a listener is too slow.
 */
export type BusErrorHandler = (error: unknown, topic: string) => void

/**
 * Sends messages to all current subscribers: cache invalidation, live updates, configuration changes.
 *
 * Delivery is at most once: messages are lost without subscribers, in a crash and by an overflow; `onGap` of a subscription
 * is called for those that it lost. Each subscription receives the messages that
 * one publisher sends to a topic in their order, one at a time, never within the call to `publish`, in the async context
 * of its `subscribe`. The error of a listener goes to the bus's `onError`, and has no effect on publishers, other listeners and its own next
 * messages. Topics are compared as a whole and follow the rules for keys of a store; wrong arguments reject with
 * `ERR_CORE_PORT_ARGUMENT`, calls after `close` with `ERR_CORE_PORT_CLOSED`.
 */
export interface Bus {
  readonly capabilities: BusCapabilities
  /** Resolves when the bus has taken the message, not when it was delivered. */
  publish(topic: string, payload: Uint8Array, options?: BusCallOptions): Promise<void>
  /** Resolves when every message published from now on will be delivered. */
  subscribe(topic: string, listener: BusListener, options?: BusSubscribeOptions): Promise<Unsubscribe>
  /**
   * Ends all subscriptions and waits for listeners that run, until the signal aborts (it resolves then, too).
   * Messages not yet delivered are lost. Never wait for it within a listener without a signal.
   */
  close(options?: BusCallOptions): Promise<void>
}

/** The kind of value that an option takes as a bus. */
export const BUS_KIND: OptionKind = withMethods('a Bus', ['publish', 'subscribe', 'close'])

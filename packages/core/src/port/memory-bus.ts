import { AsyncResource } from 'node:async_hooks'
import { anything, callable, checkOptions, optionTable, isDoneWithin, isError } from '../errors/index.ts'
import type {
  Bus,
  BusCallOptions,
  BusErrorHandler,
  BusListener,
  BusSubscribeOptions,
  Unsubscribe,
} from './bus.ts'
import { assertBytes, assertCallOptions, assertPositive, assertTopic } from './key-value-argument.ts'
import { BusOverflowError, PortArgumentError, PortClosedError } from './port-error.ts'

/** Options of {@link createMemoryBus}. */
export interface MemoryBusOptions {
  /** Called for failing and slow listeners. Default: a process warning. */
  readonly onError?: BusErrorHandler | undefined
  /** Most messages that wait for one listener; further ones are dropped, and its `onGap` is called. Default 1000. */
  readonly maxQueued?: number | undefined
}

/**
 * The in-process {@link Bus}.
 *
 * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` when `maxQueued` is not a positive whole number
 * @example
 * const bus = createMemoryBus({ onError: (error, topic) => log.error({ err: error, topic }, 'listener failed') })
 * const unsubscribe = await bus.subscribe('orders', (payload) => console.log(payload.length))
 * await bus.publish('orders', new TextEncoder().encode('7'))
 */
export function createMemoryBus(options: MemoryBusOptions = {}): Bus {
  checkOptions(MEMORY_BUS_OPTIONS, options, { name: 'createMemoryBus', below: createMemoryBus })
  const { onError = warn, maxQueued = 1000 } = options
  assertPositive('maxQueued', maxQueued)
  return new MemoryBus(onError, maxQueued)
}

/** Options of {@link createMemoryBus}; its limit is checked above. */
const MEMORY_BUS_OPTIONS = optionTable<MemoryBusOptions>({
  onError: callable('Called for failing and slow listeners.'),
  maxQueued: anything('Most messages that wait for one listener; default 1,000.'),
})

const CALL = ['signal']
const SUBSCRIBE = [...CALL, 'onGap']

class MemoryBus implements Bus {
  readonly capabilities = Object.freeze({ shared: false })
  readonly #topics = new Map<string, Set<Subscription>>()
  readonly #running = new Set<Promise<void>>()
  readonly #onError: BusErrorHandler
  readonly #maxQueued: number
  #isClosed = false

  constructor(onError: BusErrorHandler, maxQueued: number) {
    this.#onError = onError
    this.#maxQueued = maxQueued
  }

  async publish(topic: string, payload: Uint8Array, options?: BusCallOptions): Promise<void> {
    this.#begin(topic, options, CALL)
    assertBytes(payload, 'payload')
    for (const subscription of this.#topics.get(topic) ?? []) {
      // A copy for each: a listener may keep or change its bytes.
      if (subscription.offer(new Uint8Array(payload), this.#maxQueued) === 'gap') {
        const message = `A listener of "${topic}" is ${this.#maxQueued} messages behind: further ones are dropped.`
        this.#report(new BusOverflowError(message), topic)
      }
    }
  }

  async subscribe(topic: string, listener: BusListener, options?: BusSubscribeOptions): Promise<Unsubscribe> {
    this.#begin(topic, options, SUBSCRIBE)
    if (typeof listener !== 'function') throw new PortArgumentError('A listener must be a function.')
    const onGap = options?.onGap
    if (onGap !== undefined && typeof onGap !== 'function')
      throw new PortArgumentError('onGap must be a function.')
    const subscription = new Subscription(
      async (payload) => (payload === GAP ? onGap?.(topic) : listener(payload, topic)),
      (error) => this.#report(error, topic),
      this.#running,
    )
    const subscriptions = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, subscriptions.add(subscription))
    return async () => {
      subscription.end()
      subscriptions.delete(subscription)
      // The topic may have a new set by now.
      if (subscriptions.size === 0 && this.#topics.get(topic) === subscriptions) this.#topics.delete(topic)
    }
  }

  async close(options?: BusCallOptions): Promise<void> {
    assertCallOptions(options, CALL)
    this.#isClosed = true
    for (const subscription of [...this.#topics.values()].flatMap((set) => [...set])) subscription.end()
    this.#topics.clear()
    await isDoneWithin(Promise.allSettled(this.#running), { signal: options?.signal })
  }

  #begin(topic: string, options: BusCallOptions | undefined, known: readonly string[]): void {
    if (this.#isClosed) throw new PortClosedError('The bus is closed.')
    assertCallOptions(options, known)
    options?.signal?.throwIfAborted()
    assertTopic(topic)
  }

  #report(error: unknown, topic: string): void {
    try {
      this.#onError(error, topic)
    } catch (failure) {
      // An onError that fails must not stop the bus, and must be seen.
      warn(failure, topic)
    }
  }
}

/** Takes the place of dropped messages in a queue. */
const GAP = Symbol('gap')
type Queued = Uint8Array | typeof GAP

/** One listener and the messages that wait for it. */
class Subscription {
  readonly #deliver: (payload: Queued) => Promise<void>
  readonly #onError: (error: unknown) => void
  readonly #running: Set<Promise<void>>
  // Otherwise a listener would run in the request of the first publisher.
  readonly #context = new AsyncResource('keelson.bus')
  #queue: Queued[] = []
  #isRunning = false

  constructor(
    deliver: (payload: Queued) => Promise<void>,
    onError: (error: unknown) => void,
    running: Set<Promise<void>>,
  ) {
    this.#deliver = deliver
    this.#onError = onError
    this.#running = running
  }

  /** @returns whether there was room; the first of consecutive lost messages is a gap */
  offer(payload: Uint8Array, maxQueued: number): 'taken' | 'gap' | 'lost' {
    if (this.#queue.length >= maxQueued) {
      if (this.#queue.at(-1) === GAP) return 'lost'
      this.#queue.push(GAP)
      return 'gap'
    }
    this.#queue.push(payload)
    if (!this.#isRunning) {
      this.#isRunning = true
      const run = this.#context.runInAsyncScope(() => this.#drain()).finally(() => this.#running.delete(run))
      this.#running.add(run)
    }
    return 'taken'
  }

  end(): void {
    this.#queue = []
  }

  async #drain(): Promise<void> {
    // Publishing must not run the listener in the publisher's call.
    await Promise.resolve()
    for (let payload = this.#queue.shift(); payload !== undefined; payload = this.#queue.shift()) {
      try {
        await this.#deliver(payload)
      } catch (error) {
        this.#onError(error)
      }
    }
    this.#isRunning = false
  }
}

function warn(error: unknown, topic: string): void {
  process.emitWarning(`A listener of the topic "${topic}" failed: ${describe(error)}`, {
    code: 'ERR_CORE_BUS_LISTENER',
  })
}

function describe(error: unknown): string {
  try {
    return isError(error) ? (error.stack ?? error.message) : String(error)
  } catch {
    return 'a value that cannot be shown'
  }
}

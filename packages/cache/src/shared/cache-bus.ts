// What processes tell each other: what was invalidated, and that a value is there.
import type { Bus, Clock, ClockTimer, Unsubscribe } from '@keelson/core'
import { within } from '@keelson/core/ports'

const TOPIC = 'keelson.cache'
/** How long after a failure it is subscribed again, ms. */
const RETRY_MS = 1_000

/** What a message says. */
export interface BusMessage {
  /** Tags that were invalidated, with their stamps. */
  readonly tags?: readonly (readonly [tag: string, stamp: string])[] | undefined
  readonly isSoft?: boolean | undefined
  /** Keys whose values were replaced or deleted. */
  readonly dropped?: readonly (readonly [namespace: string, key: string])[] | undefined
  /** The lock whose value was computed. */
  readonly computed?: string | undefined
}

/** What is needed. */
export interface BusParts {
  readonly bus: Bus
  readonly clock: Clock
  /** Tells this cache from others, in this process and in others. */
  readonly id: string
  readonly timeoutMs: number
  readonly onMessage: (message: BusMessage) => void
  /** Called when messages may have been lost. */
  readonly onGap: () => void
  readonly onFailure: (error: unknown) => void
}

interface Envelope extends BusMessage {
  readonly v: 1
  readonly from: string
}

/** The bus as a cache uses it. */
export class CacheBus {
  readonly #parts: BusParts
  #unsubscribe: Unsubscribe | undefined
  #timer: ClockTimer | undefined
  #isClosed = false

  constructor(parts: BusParts) {
    this.#parts = parts
  }

  /** Subscribes, again and again until it can. Resolves after the first try. */
  async open(): Promise<void> {
    const { bus, clock, onGap, onFailure } = this.#parts
    try {
      const unsubscribe = await bus.subscribe(TOPIC, (payload) => this.#receive(payload), { onGap })
      if (this.#isClosed) return await unsubscribe()
      this.#unsubscribe = unsubscribe
      // Nobody said what happened before.
      onGap()
    } catch (error) {
      onFailure(error)
      if (!this.#isClosed) this.#timer = clock.setTimeout(() => void this.open(), RETRY_MS, { unref: true })
    }
  }

  /** Waits until the bus has the message, but not long. Never rejects. */
  async publish(message: BusMessage): Promise<void> {
    const { bus, clock, id, timeoutMs: limitMs, onFailure } = this.#parts
    const envelope: Envelope = { v: 1, from: id, ...message }
    const payload = Buffer.from(JSON.stringify(envelope))
    try {
      await within((signal) => bus.publish(TOPIC, payload, { signal }), { clock, limitMs, what: 'The bus' })
    } catch (error) {
      onFailure(error)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    await this.#unsubscribe?.()
  }

  #receive(payload: Uint8Array): void {
    const { id, onMessage, onGap } = this.#parts
    const message = readEnvelope(payload)
    // What another version says may be anything.
    if (message === undefined) onGap()
    else if (message.from !== id) onMessage(message)
  }
}

function readEnvelope(payload: Uint8Array): Envelope | undefined {
  try {
    const read = JSON.parse(Buffer.from(payload).toString()) as Partial<Envelope> | null
    if (read?.v !== 1) return undefined
    const { tags = [], dropped = [] } = read
    return [tags, dropped].every((list) => Array.isArray(list) && list.every(Array.isArray))
      ? (read as Envelope)
      : undefined
  } catch {
    return undefined
  }
}

// Ended sessions go out on the bus, so that other processes close what is open for them. Refused they are by the store, without it.
import type { Bus, Clock, Logger, Unsubscribe } from '@keelson/core'
import { within } from '@keelson/core/ports'
import type { RevokedSessions } from './contract.ts'

const TOPIC = 'keelson.auth.sessions.revoked'
/** Version of the format of messages. */
const VERSION = '1 '

/** Called with sessions that were ended. */
export type RevokedListener = (revoked: RevokedSessions) => void | Promise<void>

/** What `onRevoked` takes. */
export interface OnRevokedOptions {
  /** Called when the bus may have lost messages: look anew at what is open, or close it. Default: nothing is called. */
  readonly onGap?: (() => void | Promise<void>) | undefined
}

export class Revocations {
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #log: Logger
  readonly #limitMs: number

  constructor({ bus, clock, log, limitMs }: { bus: Bus; clock: Clock; log: Logger; limitMs: number }) {
    this.#bus = bus
    this.#clock = clock
    this.#log = log
    this.#limitMs = limitMs
  }

  /** A bus that is down does not undo what the store did: that is logged. */
  async tell(revoked: RevokedSessions): Promise<void> {
    if (revoked.ids.length === 0) return
    const payload = Buffer.from(VERSION + JSON.stringify(revoked))
    const limits = { clock: this.#clock, limitMs: this.#limitMs, what: 'The bus' }
    try {
      await within((signal) => this.#bus.publish(TOPIC, payload, { signal }), limits)
    } catch (error) {
      this.#log.warn(
        { err: error, sessions: revoked.ids },
        'Sessions have ended, and the bus could not tell it: what other processes have open for them stays open.',
      )
    }
  }

  listen(listener: RevokedListener, { onGap }: OnRevokedOptions): Promise<Unsubscribe> {
    const hear = (payload: Uint8Array): void | Promise<void> => {
      const text = Buffer.from(payload).toString()
      // Of another version, which a newer process sends while it is deployed.
      if (text.startsWith(VERSION)) return listener(JSON.parse(text.slice(VERSION.length)) as RevokedSessions)
    }
    return this.#bus.subscribe(TOPIC, hear, onGap === undefined ? {} : { onGap: () => onGap() })
  }
}

// Ended sessions go out on the bus, so that other processes close what is open for them. Refused they are by the store, without it.
import type { Unsubscribe } from '@keelson/core'
import { readTold, tell, type TellPorts } from '../told/index.ts'
import type { RevokedSessions } from './contract.ts'

const TOPIC = 'keelson.auth.sessions.revoked'
const UNTOLD =
  'Sessions have ended, and the bus could not tell it: what other processes have open for them stays open.'

/** Called with sessions that were ended. */
export type RevokedListener = (revoked: RevokedSessions) => void | Promise<void>

/** What `onRevoked` takes. */
export interface OnRevokedOptions {
  /** Called when the bus may have lost messages, or has one that is not understood: look anew at what is open, or close it. Default: nothing is called. */
  readonly onGap?: (() => void | Promise<void>) | undefined
}

export class Revocations {
  readonly #ports: TellPorts

  constructor(ports: TellPorts) {
    this.#ports = ports
  }

  async tell(revoked: RevokedSessions): Promise<void> {
    const { ids } = revoked
    if (ids.length === 0) return
    const untold = { fields: { sessions: ids }, text: UNTOLD }
    await tell({ topic: TOPIC, message: revoked, untold }, this.#ports)
  }

  listen(listener: RevokedListener, { onGap }: OnRevokedOptions): Promise<Unsubscribe> {
    const hear = (payload: Uint8Array): void | Promise<void> => {
      const revoked = readTold<RevokedSessions>(payload, isRevoked)
      // What is not understood may be of any session.
      return revoked === undefined ? onGap?.() : listener(revoked)
    }
    return this.#ports.bus.subscribe(TOPIC, hear, onGap === undefined ? {} : { onGap: () => onGap() })
  }
}

function isRevoked({ userId, ids }: Partial<RevokedSessions>): boolean {
  return typeof userId === 'string' && Array.isArray(ids) && ids.every((id) => typeof id === 'string')
}

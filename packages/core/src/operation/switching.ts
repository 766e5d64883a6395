import { shared } from '../frame/index.ts'

class OwnUpgrade {
  /** Answers on the transport's own connection; called with the request, the connection, and the bytes after the request. */
  readonly take: (request: unknown, socket: unknown, head: unknown) => unknown

  constructor(take: Upgrade['take']) {
    this.take = take
  }
}

/**
 * What a handler returns to have the connection switched to another protocol; see `upgrade`. One class for all copies of
 * this package, as `TakeOver` is.
 */
export const Upgrade: typeof OwnUpgrade = shared('Upgrade', () => OwnUpgrade)
export type Upgrade = OwnUpgrade

/** What a transport needs to switch the protocol of a connection, and the functions that it calls. */
export interface Switching {
  readonly take: Upgrade['take']
  /** The switching answer was written: the handshake is over, the connection remains. */
  onSwitched(): void
  /** The connection is closed, in any way. Called before the call settles. */
  onClosed(): void
}

import { shared } from '../frame/index.ts'

class OwnUpgrade {
  /** Answers on the transport's own connection; called with the request, the connection, and what came behind the request. */
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

/** What a transport needs to switch the protocol of a connection, and whom it tells. */
export interface Switching {
  readonly take: Upgrade['take']
  /** The answer that switches was written: the handshake is over, the connection lives on. */
  onSwitched(): void
  /** The connection is closed, however. Before the call settles. */
  onClosed(): void
}

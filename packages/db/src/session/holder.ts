import type { Connection, Lane } from '../adapter/index.ts'

/** A connection in use: by whom, since when. */
export interface Holder {
  readonly connection: Connection
  readonly lane: Lane
  /** `orders.byId`, or the name of a transaction. */
  readonly label: string
  readonly site: (() => string | undefined) | undefined
  /** On the clock of `performance.now()`. */
  readonly since: number
  /** When the running statement began; undefined while none runs. */
  busySince: number | undefined
  /** When the last statement ended. */
  idleSince: number
  /** Called when nothing was run for too long within a transaction. */
  onIdle: (() => void) | undefined
}

/** The longest holders, for the message of a pool without a free connection. */
export function describeHolders(holders: Iterable<Holder>, now: number): string {
  const longest = [...holders].sort((a, b) => a.since - b.since).slice(0, 3)
  return longest
    .map(({ label, site, since }) => {
      const at = site?.()
      return `${label} for ${Math.round(now - since)} ms${at === undefined ? '' : ` (${at})`}`
    })
    .join(', ')
}

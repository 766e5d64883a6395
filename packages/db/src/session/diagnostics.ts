// What tools outside of the app see. On the path of each query while a channel has subscribers.
import { channel, type Channel } from 'node:diagnostics_channel'

/**
 * What `keelson:db:query` of `node:diagnostics_channel` publishes of each statement when it is over; of a stream once, at its end.
 *
 * @example
 * import { channel, type Channel } from 'node:diagnostics_channel'
 * channel('keelson:db:query').subscribe((message) => console.log((message as QueryMessage).text))
 */
export interface QueryMessage {
  /** Name of the database. */
  readonly database: string
  /** What ran it: `orders.byId`. */
  readonly label: string
  readonly text: string
  /** Of a stream without the pauses of its reader. */
  readonly durationMs: number
  /** Rows given or affected; undefined for a failure. */
  readonly rows: number | undefined
  /** Where the program ran it; known in development and test. */
  readonly site: string | undefined
  readonly requestId: string | undefined
  readonly isInTransaction: boolean
  readonly error?: unknown
}

/** What `keelson:db:transaction` publishes of each outermost transaction that has begun on the server, when it is over. */
export interface TransactionMessage {
  readonly database: string
  readonly name: string
  /** From the moment on at which it took its connection. */
  readonly durationMs: number
  readonly outcome: 'committed' | 'rolled-back' | 'unknown'
  readonly site: string | undefined
  readonly requestId: string | undefined
  readonly error?: unknown
}

/** What `keelson:db:pool` publishes: a connection made, closed or broken, a wait that ended without one. */
export interface PoolMessage {
  readonly database: string
  readonly event: 'connected' | 'closed' | 'broken' | 'exhausted'
  readonly connections: number
  readonly idle: number
  readonly waiting: number
  readonly error?: unknown
}

export const QUERIES: Channel = channel('keelson:db:query')
export const TRANSACTIONS: Channel = channel('keelson:db:transaction')
export const POOLS: Channel = channel('keelson:db:pool')

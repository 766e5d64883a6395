import type { Connection } from './connection.ts'

/** How many times its longest gap the client may take, so that it may be later than it ever was. */
const GAPS = 4
/** The most for a client of long gaps, in times of what all connections get: 2 s instead of 100 ms. */
const MOST = 20

/** What ends with the time that connections may be idle. */
export interface IdleGrace {
  /** When the server began to end; ms of its {@link Connection.idleFrom}. */
  readonly since: number
  /** The least for all. */
  readonly idleGraceMs: number
}

/**
 * When an idle connection may be closed. A client that has not yet read its answer sends its next request on a connection that
 * is closed, and cannot know whether that was served (RFC 9112 §9.6). Its gaps so far, those of a starved machine included,
 * tell how late it may be.
 */
export function graceEnd(
  { idleFrom, longestGapMs }: Pick<Connection, 'idleFrom' | 'longestGapMs'>,
  { since, idleGraceMs }: IdleGrace,
): number {
  const expected = Math.min(GAPS * longestGapMs, MOST * idleGraceMs)
  return Math.max(Math.max(since, idleFrom) + idleGraceMs, idleFrom + expected)
}

// On the request path: every execution enters and leaves here.

/** What can be put into an {@link InFlight}; only it reads the links. */
export interface InFlightEntry<T> {
  newer: T | undefined
  older: T | undefined
}

/**
 * Executions that are not over, linked to each other. Not a Set: a Set that grows leaves its old table behind, which, once
 * it is in the old space, keeps what was in flight at that time alive until the next full collection. That way every
 * request outlived its scavenges (measured with a route that reads a database: 25 % of its CPU time, twice the memory).
 */
export class InFlight<T extends InFlightEntry<T>> implements Iterable<T> {
  #newest: T | undefined = undefined

  get isEmpty(): boolean {
    return this.#newest === undefined
  }

  /** Adds an entry, at most once. */
  add(entry: T): void {
    const newest = this.#newest
    entry.older = newest
    if (newest !== undefined) newest.newer = entry
    this.#newest = entry
  }

  /** Removes an entry, if it is there. Clears its links, so that it keeps no other entry alive. */
  delete(entry: T): void {
    const { newer, older } = entry
    if (newer !== undefined) newer.older = older
    else if (this.#newest === entry) this.#newest = older
    else return
    if (older !== undefined) older.newer = newer
    entry.newer = undefined
    entry.older = undefined
  }

  /** The newest first. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) yield entry
  }
}

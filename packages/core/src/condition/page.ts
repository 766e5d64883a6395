/**
 * What a client says of the page that it wants. Of `after` and `before` one at most. A page says in `next` and `previous` what to
 * send as them.
 */
export interface PageQuery {
  /** How many items at most; what is left out and what is too many is for who gives the page to say. */
  readonly limit?: number | undefined
  /** Begins behind the item that this cursor names. */
  readonly after?: string | undefined
  /** Ends before the item that this cursor names. The items are in the same order as ever. */
  readonly before?: string | undefined
}

/**
 * A page of a list. Cursors are opaque: who makes them puts a version of their format in front, and refuses those of another
 * list, order or filter.
 */
export interface Page<TItem> {
  readonly items: readonly TItem[]
  /** Send it as `after` for the page behind. Left out where there is none. */
  readonly next?: string | undefined
  /** Send it as `before` for the page in front. Left out where there is none. */
  readonly previous?: string | undefined
}

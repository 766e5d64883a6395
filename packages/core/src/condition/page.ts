/**
 * Which page a client wants. It sends `after` or `before`, not both: the `next` or `previous` of another page.
 */
export interface PageQuery {
  /** The most items; the server decides about the default and the limit. */
  readonly limit?: number | undefined
  /** The page begins after the item of this cursor. */
  readonly after?: string | undefined
  /** The page ends before the item of this cursor. The order of the items is the same. */
  readonly before?: string | undefined
}

/**
 * A page of a list. Cursors are opaque: the code that makes them begins them with a version of their format, and refuses
 * cursors of another list, order or filter.
 */
export interface Page<TItem> {
  readonly items: readonly TItem[]
  /** Send it as `after` for the next page. Omitted on the last page. */
  readonly next?: string | undefined
  /** Send it as `before` for the previous page. Omitted on the first page. */
  readonly previous?: string | undefined
}

/** What a read or a computation must know of invalidations that happen while it runs. */
export class Watch {
  /** Number of the event with which it began. */
  readonly since: number
  #seen: Set<string> | undefined
  #missedAny = false

  constructor(since: number) {
    this.since = since
  }

  note(tag: string): void {
    ;(this.#seen ??= new Set()).add(tag)
  }

  noteAll(): void {
    this.#missedAny = true
  }

  /** Whether one of the tags was, or may have been, invalidated since it began. */
  concerns(tags: Iterable<string>): boolean {
    return this.#missedAny || this.hasSeen(tags)
  }

  /** Whether one of the tags was invalidated since it began, as far as this process was told. */
  hasSeen(tags: Iterable<string>): boolean {
    if (this.#seen === undefined) return false
    for (const tag of tags) if (this.#seen.has(tag)) return true
    return false
  }
}

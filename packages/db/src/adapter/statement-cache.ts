// On the request path: what is kept for the text of each statement, up to a bound.

interface Entry<T> {
  readonly value: T
  /** Whether it was asked for since the last search for one to drop. */
  isUsed: boolean
}

/** Keeps values by text. Over its bound it drops the oldest that was not asked for lately; a hit moves nothing. */
export class StatementCache<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #size: number

  /** @param size - how many it keeps at most; 0 for none */
  constructor(size: number) {
    this.#size = size
  }

  get(text: string): T | undefined {
    const entry = this.#entries.get(text)
    if (entry === undefined) return undefined
    entry.isUsed = true
    return entry.value
  }

  /** @returns what it dropped for it */
  set(text: string, value: T): T | undefined {
    if (this.#size === 0) return value
    const dropped = this.#entries.size >= this.#size ? this.#drop() : undefined
    this.#entries.set(text, { value, isUsed: false })
    return dropped
  }

  delete(text: string): void {
    this.#entries.delete(text)
  }

  /** @returns what it held */
  clear(): T[] {
    const values = [...this.#entries.values()].map(({ value }) => value)
    this.#entries.clear()
    return values
  }

  /** Each round leaves one entry unused at the latest, so the second finds one. */
  #drop(): T | undefined {
    for (const [text, entry] of this.#entries) {
      this.#entries.delete(text)
      if (!entry.isUsed) return entry.value
      entry.isUsed = false
      this.#entries.set(text, entry)
    }
    return undefined
  }
}

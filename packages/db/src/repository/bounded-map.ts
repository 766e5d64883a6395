/** Keeps what was made for a number of keys, and forgets the oldest. */
export class BoundedMap<T> {
  readonly #size: number
  readonly #found = new Map<string, T>()

  constructor(size: number) {
    this.#size = size
  }

  /** What there is for a key, made where there is none. */
  get(key: string, make: () => T): T {
    const known = this.#found.get(key)
    if (known !== undefined) return known
    const made = make()
    if (this.#found.size >= this.#size) {
      const [oldest] = this.#found.keys()
      if (oldest !== undefined) this.#found.delete(oldest)
    }
    this.#found.set(key, made)
    return made
  }
}

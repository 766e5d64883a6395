// On the request path: which row of the in-process store expires first.

/** Something that expires. */
export interface Expiring {
  expiresAt: number
  /** Its position in the heap; -1 outside of one. */
  slot: number
}

/** A binary heap: the first to expire is at hand, and each can be removed or moved in logarithmic time. */
export class ExpiryHeap<T extends Expiring> {
  readonly #items: T[] = []

  get first(): T | undefined {
    return this.#items[0]
  }

  get size(): number {
    return this.#items.length
  }

  /** Adds what expires, moves what expires at another time, and removes what does not expire any more. */
  update(item: T): void {
    if (item.expiresAt === Infinity) {
      this.remove(item)
      return
    }
    if (item.slot === -1) item.slot = this.#items.push(item) - 1
    this.#settle(item)
  }

  remove(item: T): void {
    if (item.slot === -1) return
    const last = this.#items.pop() as T
    if (last !== item) {
      this.#place(last, item.slot)
      this.#settle(last)
    }
    item.slot = -1
  }

  clear(): void {
    this.#items.length = 0
  }

  #settle(item: T): void {
    this.#rise(item)
    this.#sink(item)
  }

  #rise(item: T): void {
    while (item.slot > 0) {
      const above = this.#items[(item.slot - 1) >> 1] as T
      if (above.expiresAt <= item.expiresAt) return
      this.#swap(above, item)
    }
  }

  #sink(item: T): void {
    for (;;) {
      const [left, right] = [this.#items[item.slot * 2 + 1], this.#items[item.slot * 2 + 2]]
      if (left === undefined) return
      const below = right !== undefined && right.expiresAt < left.expiresAt ? right : left
      if (below.expiresAt >= item.expiresAt) return
      this.#swap(item, below)
    }
  }

  #swap(a: T, b: T): void {
    const slot = a.slot
    this.#place(a, b.slot)
    this.#place(b, slot)
  }

  #place(item: T, slot: number): void {
    this.#items[slot] = item
    item.slot = slot
  }
}

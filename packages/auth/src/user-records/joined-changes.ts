// Changes of one thing that come at once: each would be tried again and again, since another was faster. Those of a process are made one
// after the other, and what has come meanwhile in one write.

type Change<T> = (value: T) => T

/** How a change is made. */
export interface JoinedChangeOptions<T> {
  /** Makes a change, which may be several in one. */
  readonly write: (change: Change<T>) => Promise<void>
  /** Ends the wait, and lets the next one go on. */
  readonly signal?: AbortSignal | undefined
}

export class JoinedChanges<T> {
  readonly #waiting = new Map<string, Set<Change<T>>>()
  /** Resolves when the last one of a key is over, however it ends. */
  readonly #last = new Map<string, Promise<void>>()

  /** @returns when the change is written, by this call or with that of another */
  async make(key: string, change: Change<T>, { write, signal }: JoinedChangeOptions<T>): Promise<void> {
    const waiting = this.#waiting.get(key) ?? new Set()
    this.#waiting.set(key, waiting.add(change))
    try {
      await this.#inTurn(key, () => this.#writeAll(waiting, change, { write, signal }), signal)
    } finally {
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key)
    }
  }

  async #writeAll(
    waiting: Set<Change<T>>,
    change: Change<T>,
    { write, signal }: JoinedChangeOptions<T>,
  ): Promise<void> {
    try {
      signal?.throwIfAborted()
      if (!waiting.has(change)) return
      const taken = [...waiting]
      await write((value) => taken.reduce((changed, one) => one(changed), value))
      for (const one of taken) waiting.delete(one)
    } finally {
      // Where it failed, the others are made without it.
      waiting.delete(change)
    }
  }

  async #inTurn(key: string, work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const made = before.then(work)
    const over = before.then(() => settled(made, signal))
    this.#last.set(key, over)
    try {
      await made
    } finally {
      if (this.#last.get(key) === over) this.#last.delete(key)
    }
  }
}

/** Resolves when the work is over, or nobody waits for it: a store may never answer. */
function settled(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    work.then(resolve, () => resolve())
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** A key of a namespace, as {@link WriteOrder} takes it. */
export function orderKey(namespace: string, key: string): string {
  return `${namespace}:${key}`
}

/** What is written of one key reaches the store in the order in which it was called, whatever each of them waits for before. */
export class WriteOrder {
  readonly #last = new Map<string, Promise<void>>()

  /** Does the work when all that was called before, of one of these keys, is over. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? [])
    const done = before.length === 0 ? work() : Promise.all(before).then(work)
    const over: Promise<void> = done.then(
      () => this.#leave(keys, over),
      () => this.#leave(keys, over),
    )
    for (const key of keys) this.#last.set(key, over)
    return done
  }

  #leave(keys: readonly string[], over: Promise<void>): void {
    for (const key of keys) if (this.#last.get(key) === over) this.#last.delete(key)
  }
}

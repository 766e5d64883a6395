// What the function of a file has begun, as a seed or a migration: it may go on when the function has settled.
import { Begun } from './begun.ts'
import { toOperationPromise } from './operation-promise.ts'

/** Operations that are not over: one is when it has settled, and somebody has awaited it. */
export class OpenOperations {
  readonly #open = new Set<Begun>()
  readonly #running = new Set<Promise<unknown>>()
  #unawaited: Begun | undefined

  /** Runs one. Its promise is handled: one that nobody awaits is told by {@link unawaited}, and does not end the process. */
  begin<T>(label: string, work: () => Promise<T>): Promise<T> {
    const begun = new Begun({ forget: (one) => void this.#open.delete(one) }, label, undefined)
    this.#open.add(begun)
    const out = toOperationPromise(work(), begun)
    const running = Promise.prototype.then.call(out, undefined, () => undefined)
    this.#running.add(running)
    void running.then(() => this.#running.delete(running))
    return out
  }

  /** Called when the function has settled: waits for what it did not, and for what that begins. */
  async settled(): Promise<void> {
    this.#unawaited ??= [...this.#open][0]
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** The first that was not over when the function had settled. */
  get unawaited(): Begun | undefined {
    return this.#unawaited
  }
}

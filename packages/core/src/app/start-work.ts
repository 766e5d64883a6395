import { ignore, isPromise, isTimeout, waitFor } from '../errors/index.ts'
import type { HeldUp, StopBounds } from './lifecycle.ts'
import type { StartBounds } from './plugin-phases.ts'

interface Work {
  readonly what: string
  /** Name of the work in the report: `Its start`. */
  readonly title: string
}

/** Work of plugins and middleware at the start of an app, which may go on after the start is called off. */
export class StartWork {
  readonly #atWork = new Set<Work & { readonly pending: Promise<unknown> }>()
  #late: readonly HeldUp[] = []

  /** Waits for work within the time of the start; the stop of the app waits for the rest of it. */
  async run<T>(work: Work, given: T | PromiseLike<T>, { signal }: StartBounds): Promise<T> {
    if (!isPromise(given)) return given
    const pending = Promise.resolve(given).finally(() => this.#atWork.delete(entry))
    const entry = { ...work, pending }
    this.#atWork.add(entry)
    return waitFor(pending, { signal })
  }

  /** Waits for work that still runs and uses what is about to be stopped, and reports what takes too long. */
  async end({ signal, startingMs }: StopBounds): Promise<readonly HeldUp[]> {
    if (this.#atWork.size === 0) return []
    const startedAt = performance.now()
    const all = Promise.allSettled([...this.#atWork].map(({ pending }) => pending))
    await waitFor(all, { signal, limitMs: startingMs }).catch(ignore)
    const ageMs = Math.round(performance.now() - startedAt)
    this.#late = [...this.#atWork].map(({ what, title }) => ({
      what,
      ageMs,
      error: new DOMException(`${title} has not ended.`, 'TimeoutError'),
    }))
    return this.#late
  }

  /** Whether something is reported already: what is still starting often cannot be stopped in time either. */
  isReported({ what, error }: HeldUp): boolean {
    return isTimeout(error) && this.#late.some((one) => one.what === what)
  }
}

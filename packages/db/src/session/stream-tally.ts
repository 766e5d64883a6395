// What a stream took and gave: told once, when it is over, however many statements its batches were.
import type { EndedQuery, Query, QueryObserver } from './contract.ts'
import type { Holder } from './holder.ts'
import { runAtSite, siteAround } from './site.ts'

/** Learns of the batches of a stream, and tells of it as of one statement. */
export class StreamTally implements QueryObserver {
  readonly #observer: QueryObserver
  readonly #query: Query
  readonly #site = siteAround()
  /** Without the pauses of the reader. */
  #durationMs = 0
  #rows = 0
  #error: unknown
  /** Undefined while nothing was sent. */
  #holder: Holder | undefined

  constructor(observer: QueryObserver, query: Query) {
    this.#observer = observer
    this.#query = query
  }

  ended(_query: Query, holder: Holder, { durationMs, result, rows, error }: EndedQuery): void {
    this.#holder = holder
    this.#durationMs += durationMs
    this.#rows += rows ?? result?.rows.length ?? 0
    this.#error ??= error
  }

  /** Tells of it, if anything was sent. */
  end(): void {
    const holder = this.#holder
    if (holder === undefined) return
    const [durationMs, rows, error] = [this.#durationMs, this.#rows, this.#error]
    const end = error === undefined ? { durationMs, rows } : { durationMs, error }
    runAtSite(this.#site, () => this.#observer.ended(this.#query, holder, end))
  }
}

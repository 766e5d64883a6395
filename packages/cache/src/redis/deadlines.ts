// On the request path: one timer for all commands, which have one limit, and so end in the order in which they began.

/** The end of one command's time. */
export interface Deadline {
  readonly at: number
  /** Called when the time is over; undefined once it does not count any more. */
  onLate: (() => void) | undefined
}

/** Deadlines of one length. A timer for each command would cost more than the rest of what is done here. */
export class Deadlines {
  readonly #limitMs: number
  #queue: Deadline[] = []
  #isArmed = false

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  add(onLate: () => void): Deadline {
    const deadline = { at: performance.now() + this.#limitMs, onLate }
    this.#queue.push(deadline)
    if (!this.#isArmed) this.#arm(this.#limitMs)
    return deadline
  }

  /** Commands keep the process alive by their connection. */
  #arm(delayMs: number): void {
    this.#isArmed = true
    setTimeout(() => this.#wake(), Math.ceil(delayMs)).unref()
  }

  #wake(): void {
    const now = performance.now()
    const left = this.#queue.findIndex(({ at, onLate }) => at > now && onLate !== undefined)
    const over = left === -1 ? this.#queue : this.#queue.slice(0, left)
    this.#queue = left === -1 ? [] : this.#queue.slice(left)
    const [next] = this.#queue
    this.#isArmed = false
    if (next !== undefined) this.#arm(next.at - now)
    for (const { at, onLate } of over) if (at <= now) onLate?.()
  }
}

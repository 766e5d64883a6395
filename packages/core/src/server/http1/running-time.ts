import { ignore } from '../../errors/index.ts'

/** What a step counts at most, ms. */
const STEP_MS = 10

/**
 * The clock by which clients are silent: milliseconds of `performance.now()`. While the server ends, it stands still when this
 * process is kept from running: a client on the same machine is then kept from reading its answer as well.
 */
export class RunningTime {
  /** Called after each step. */
  onStep: () => void = ignore
  #nowMs = 0
  #timer: NodeJS.Timeout | undefined = undefined

  now(): number {
    return this.#timer === undefined ? performance.now() : this.#nowMs
  }

  /** From here on it goes in steps. */
  start(): void {
    this.#nowMs = this.now()
    this.#timer ??= setInterval(() => {
      this.#nowMs += STEP_MS
      this.onStep()
    }, STEP_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

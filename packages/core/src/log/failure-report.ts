import { writeSync } from 'node:fs'

/** Reports on stderr that logging itself fails: each kind of failure once, since it would repeat with each line. */
export class FailureReport {
  readonly #place: string
  readonly #reported = new Set<string>()

  /** @param place - what fails: `log destination stdout` */
  constructor(place: string) {
    this.#place = place
  }

  /** @param kind - what counts as the same failure */
  report(kind: string, text: string): void {
    if (this.#reported.has(kind)) return
    this.#reported.add(kind)
    try {
      writeSync(2, `keelson: ${this.#place}: ${text}\n`)
    } catch {
      // Nothing is left to report to.
    }
  }

  /** The failure is over; its next occurrence is reported again. */
  forget(): void {
    this.#reported.clear()
  }
}

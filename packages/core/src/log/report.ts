import { writeSync } from 'node:fs'

/** Tells the operator, on stderr, that logging itself is in trouble: each kind of trouble once, since it would repeat per line. */
export class TroubleReport {
  readonly #place: string
  readonly #told = new Set<string>()

  /** @param place - whose trouble: `log destination stdout` */
  constructor(place: string) {
    this.#place = place
  }

  /** @param kind - what counts as the same trouble */
  tell(kind: string, text: string): void {
    if (this.#told.has(kind)) return
    this.#told.add(kind)
    try {
      writeSync(2, `keelson: ${this.#place}: ${text}\n`)
    } catch {
      // Nobody is left to tell.
    }
  }

  /** The trouble is over; its next occurrence is told again. */
  forget(): void {
    this.#told.clear()
  }
}

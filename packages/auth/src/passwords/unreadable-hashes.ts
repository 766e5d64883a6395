// A stored hash that cannot be read is a wrong password to who signs in, and a line in the log to who runs the app.
import type { Logger } from '@keelson/core'
import type { PasswordHashError } from './errors.ts'

/** Reasons that are remembered; there are about twenty, some with a number. */
const MAX_TOLD = 100

/** Tells each reason once: a column of markers would fill the log, and who signs in would choose when. */
export class UnreadableHashes {
  readonly #log: Logger | undefined
  readonly #told = new Set<string>()

  constructor(log: Logger | undefined) {
    this.#log = log
  }

  tell({ code, message: reason }: InstanceType<typeof PasswordHashError>): void {
    if (this.#told.has(reason) || this.#told.size >= MAX_TOLD) return
    this.#told.add(reason)
    const message = `${reason} The password is taken for a wrong one, and this is not told again.`
    if (this.#log === undefined) process.emitWarning(message, { code })
    else this.#log.warn({ errorCode: code }, message)
  }
}

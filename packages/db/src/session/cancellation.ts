// On the path of each query that waits for a server: cancels it when its frame is aborted.
import type { Frame } from '@keelson/core'
import type { Connection } from '../adapter/index.ts'
import { StatementFailure } from './statement-failure.ts'

/** The longest wait for the end of a cancelled statement before its connection is cut, ms. */
const CANCEL_MS = 5000

/** Cancels what runs on a connection when a frame is aborted. */
export class Cancellation {
  readonly #connection: Connection
  readonly #frame: Frame
  readonly #cancel: () => void
  #isCancelled = false
  #cancelling: Promise<void> | undefined
  #late: NodeJS.Timeout | undefined

  constructor(connection: Connection, frame: Frame) {
    this.#connection = connection
    this.#frame = frame
    this.#cancel = () => this.#begin()
    frame.addAbortListener(this.#cancel)
  }

  #begin(): void {
    this.#isCancelled = true
    if (this.#connection.cancel === undefined) return
    this.#cancelling = this.#connection.cancel().catch(() => {})
    // A server that answers neither is not waited for.
    this.#late = setTimeout(() => this.#connection.destroy(), CANCEL_MS)
  }

  /** Called when the statement has settled. @returns whether it was cancelled: then the caller awaits {@link Cancellation.over} */
  end(): boolean {
    this.#frame.removeAbortListener(this.#cancel)
    return this.#isCancelled
  }

  /**
   * Called before the next statement: until the cancellation has settled, too, it could hit that.
   *
   * @returns what the caller gets instead of the result, which may have been cut short
   */
  async over(failure?: StatementFailure): Promise<StatementFailure> {
    clearTimeout(this.#late)
    await this.#cancelling
    return new StatementFailure(reasonOf(this.#frame), failure?.endsTransaction)
  }
}

/** What rejects the work of a frame that was aborted: what `abort` was given, by users an error. */
export function reasonOf(frame: Frame): Error {
  return (frame.abortReason ?? frame.signal.reason) as Error
}

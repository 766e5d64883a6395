// On the request path of answers that are streams, whose reader is in this process.

/** Finds out whether a stream is still read, piece by piece. */
export class ReaderWatch {
  #waiting = 0
  /** Since the last check. A reader that has just got the stream is about to ask. */
  #wasAsked = true

  /** The reader asks for a piece. */
  onAsk(): void {
    this.#waiting++
    this.#wasAsked = true
  }

  /** The piece has come, or will not. */
  onAnswer(): void {
    this.#waiting--
  }

  /** Whether the reader neither waits for a piece, nor has asked for one since the last call. */
  isUnread(): boolean {
    const isUnread = !this.#wasAsked
    this.#wasAsked = this.#waiting > 0
    return isUnread
  }
}

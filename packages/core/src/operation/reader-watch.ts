// On the request path of answers that are streams, whose reader is in this process.

/** Tells whether somebody still reads a stream that is read piece by piece. */
export class ReaderWatch {
  #waiting = 0
  /** Since it was last looked at. Who has just got the stream is about to ask. */
  #wasAsked = true

  /** Somebody asks for a piece. */
  onAsk(): void {
    this.#waiting++
    this.#wasAsked = true
  }

  /** The piece has come, or will not. */
  onAnswer(): void {
    this.#waiting--
  }

  /** Whether nobody waits for a piece, nor has asked for one since this was called before. */
  isUnread(): boolean {
    const isUnread = !this.#wasAsked
    this.#wasAsked = this.#waiting > 0
    return isUnread
  }
}

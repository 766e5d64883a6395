/** What a handler returns to let a foreign handler answer with the transport's own objects; see `mount`. */
export class TakeOver {
  readonly run: (request: unknown, response: unknown) => unknown
  /** Largest body that the handler may be given. */
  readonly maxBodyBytes: number

  constructor(run: (request: unknown, response: unknown) => unknown, maxBodyBytes = Infinity) {
    this.run = run
    this.maxBodyBytes = maxBodyBytes
  }
}

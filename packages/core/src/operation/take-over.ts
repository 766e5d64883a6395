import { shared } from '../frame/index.ts'

class OwnTakeOver {
  readonly run: (request: unknown, response: unknown) => unknown
  /** Largest body that the handler may be given. */
  readonly maxBodyBytes: number

  constructor(run: (request: unknown, response: unknown) => unknown, maxBodyBytes = Infinity) {
    this.run = run
    this.maxBodyBytes = maxBodyBytes
  }
}

/**
 * What a handler returns to let a mounted handler answer with the transport's own objects; see `mount`. One class for all
 * copies of this package, so that checking for it costs a request only an `instanceof`.
 */
export const TakeOver: typeof OwnTakeOver = shared('TakeOver', () => OwnTakeOver)
export type TakeOver = OwnTakeOver

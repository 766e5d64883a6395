/** Times of a connection. */
export interface DriverTimes {
  /** Longest wait for TCP; the handshake is bounded by the signal of the attempt. */
  readonly connectTimeoutMs: number
}

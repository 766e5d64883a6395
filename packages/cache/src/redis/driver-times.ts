/** Times of a connection. */
export interface DriverTimes {
  readonly connectTimeoutMs: number
  readonly commandTimeoutMs: number
}

/** A lock that one connection has at a time, and that goes with it. */
export interface ConnectionLock {
  /** Tries once. @returns whether this connection has it now */
  take(): Promise<boolean>
  /** Whether this connection has it. */
  isHeld(): Promise<boolean>
  free(): Promise<void>
  /** Who has it; undefined where it has just been freed, or where that is not told. */
  holder(): Promise<LockHolder | undefined>
}

/** Who has a lock. */
export interface LockHolder {
  readonly name: string
  /** How an operator ends it, to follow 'where it hangs,'. */
  readonly ending: string
}

import type { Logger, LogLevel } from './contract.ts'

const nothing = (): void => undefined

/** Writes nothing, at no cost. Its level cannot be changed. */
export const silentLogger: Logger = {
  get level(): LogLevel {
    return 'silent'
  },
  set level(_) {
    // Shared by all: it must not be switched on.
  },
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  child: () => silentLogger,
  isLevelEnabled: () => false,
  flush: () => Promise.resolve(),
}

import type { Logger, LogLevel } from './contract.ts'

class SilentLogger implements Logger {
  get level(): LogLevel {
    return 'silent'
  }

  set level(_: LogLevel) {
    // Shared by everybody: nobody may switch it on.
  }

  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
  fatal(): void {}

  child(): Logger {
    return this
  }

  isLevelEnabled(): boolean {
    return false
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }
}

/** Writes nothing, at no cost. Its level cannot be changed. */
export const silentLogger: Logger = new SilentLogger()

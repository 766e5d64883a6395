import type { LogLine, RootLogger } from './contract.ts'
import { createLogger, type LoggerOptions } from './logger.ts'

/** A logger whose lines can be read. */
export interface MemoryLog {
  readonly log: RootLogger
  /** All lines so far, oldest first, parsed. */
  readonly lines: readonly LogLine[]
  /** Removes the lines so far. */
  clear(): void
}

/**
 * Collects lines instead of writing them, for tests: same levels, redaction and request fields as in production.
 *
 * @param options - as for `createLogger`; `level` is `trace` by default
 * @example
 * const { log, lines } = createMemoryLogger()
 * log.info({ orderId: 7 }, 'shipped')
 * lines[0]?.msg   // => 'shipped'
 */
export function createMemoryLogger(options: Omit<LoggerOptions, 'destination' | 'pretty'> = {}): MemoryLog {
  const lines: LogLine[] = []
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as LogLine) }
  const log = createLogger({ level: 'trace', ...options, destination })
  return { log, lines, clear: () => void lines.splice(0) }
}

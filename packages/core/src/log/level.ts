import type { LogLevel } from './contract.ts'
import { toLogError } from './log-problem.ts'

/** The numbers of the levels in a log line, as pino writes them. */
export const LEVEL_VALUES: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Infinity,
}

/** @throws {SetupError} `ERR_CORE_LOG_LEVEL` for a name that is not a level */
export function toLevelValue(level: LogLevel): number {
  if (Object.hasOwn(LEVEL_VALUES, level)) return LEVEL_VALUES[level]
  throw toLogError({
    code: 'ERR_CORE_LOG_LEVEL',
    place: 'log level',
    message: `${JSON.stringify(level)} is not a log level.`,
    remedy: `Use one of ${Object.keys(LEVEL_VALUES).join(', ')}.`,
  })
}

/** The name of a level's number. */
export function toLevelName(value: number): LogLevel {
  for (const name of Object.keys(LEVEL_VALUES) as LogLevel[]) if (LEVEL_VALUES[name] === value) return name
  return 'silent'
}

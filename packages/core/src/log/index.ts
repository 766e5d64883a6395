export type {
  LogBindings,
  LogDestination,
  Logger,
  LogLevel,
  LogLine,
  LogMethod,
  RootLogger,
} from './contract.ts'
export { redirectLogs } from './default-descriptor.ts'
export { printableText } from './escape-controls.ts'
export { LEVEL_VALUES } from './level.ts'
export { LOGGER_KIND } from './logger-kind.ts'
export { bindLogger, createLogger, LOGGER_OPTIONS, redactCredentials, type LoggerOptions } from './logger.ts'
export { createMemoryLogger, type MemoryLog } from './memory-logger.ts'
export { isPrettyByDefault } from './pretty.ts'
export {
  createRequestLog,
  RequestLabel,
  type RequestEnd,
  type RequestLabelInit,
  type RequestLog,
} from './request-line.ts'
export { silentLogger } from './silent-logger.ts'

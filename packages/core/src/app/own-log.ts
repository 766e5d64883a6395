import {
  createLogger,
  isPrettyByDefault,
  LOGGER_KIND,
  type Logger,
  type LoggerOptions,
  type RootLogger,
} from '../log/index.ts'
import type { AppMode } from './options.ts'

/** Makes the logger of an app. The mode of the app, not only `NODE_ENV`, decides the format of its lines. */
export function ownLogger(name: string, options: LoggerOptions | undefined, mode: AppMode): RootLogger {
  const pretty = options?.pretty ?? isPrettyByDefault(options?.destination, mode)
  return createLogger({ name, ...options, pretty })
}

/** Whether a value is a logger, and not options of one. */
export function isLogger(value: unknown): value is Logger {
  return LOGGER_KIND.test(value)
}
